"""What the gate found in a plain sentence, in English and Spanish."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pricing_core.nouns import Check

LANGUAGES: Final = ("en", "es")

_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "rows.off": (
        "TEST_PREDICT is off, so no test listings were studied and nothing was compared.",
        "TEST_PREDICT está apagado: no se estudiaron publicaciones de prueba y nada se comparó.",
    ),
    "rows.few": (
        "There are {rows} listings to compare on, and at least {fewest} are needed.",
        "Hay {rows} publicaciones para comparar y se necesitan al menos {fewest}.",
    ),
    "rows.lost": (
        "Neither the model nor the recipe of version {champion} can be read any more, so nothing could be compared. `tasador repair` trains a champion that needs no comparison; or whoever finds these figures good may promote this version with a reason (`tasador promote` with `--override`).",
        "Ya no se puede leer ni el modelo ni la receta de la versión {champion}: nada se pudo comparar. `tasador repair` entrena una campeona que no necesita comparación; o quien encuentre buenas estas cifras puede promover esta versión con un motivo (`tasador promote` con `--override`).",
    ),
    "error.passed": (
        "The median error is {mine}, that of version {champion} is {theirs}, on the same {rows} listings: not worse beyond chance (difference {low} to {high} percentage points with 95 % confidence).",
        "El error mediano es {mine} y el de la versión {champion} es {theirs}, sobre las mismas {rows} publicaciones: no es peor más allá del azar (diferencia de {low} a {high} puntos porcentuales con 95 % de confianza).",
    ),
    "error.better": (
        "The median error is {mine}, that of version {champion} is {theirs}, on the same {rows} listings: better, and not by chance (difference {low} to {high} percentage points with 95 % confidence).",
        "El error mediano es {mine} y el de la versión {champion} es {theirs}, sobre las mismas {rows} publicaciones: es mejor, y no por azar (diferencia de {low} a {high} puntos porcentuales con 95 % de confianza).",
    ),
    "error.failed": (
        "The median error is {mine}, that of version {champion} is {theirs}, on the same {rows} listings: worse, and not by chance (difference {low} to {high} percentage points with 95 % confidence).",
        "El error mediano es {mine} y el de la versión {champion} es {theirs}, sobre las mismas {rows} publicaciones: es peor, y no por azar (diferencia de {low} a {high} puntos porcentuales con 95 % de confianza).",
    ),
    "error.unusable": (
        "For {count} of {rows} listings there is no finite value above 0, so there is no error to speak of.",
        "En {count} de {rows} publicaciones no hay un valor finito mayor que 0: no hay error que medir.",
    ),
    "sectors.passed": (
        "No sector is worse by more than {share} beyond chance: {count} sectors with {fewest} listings or more were compared.",
        "Ningún sector empeora más de {share} más allá del azar: se compararon {count} sectores con {fewest} publicaciones o más.",
    ),
    "sectors.none": (
        "No sector has {fewest} listings or more, so none was compared by itself.",
        "Ningún sector tiene {fewest} publicaciones o más, así que ninguno se comparó por separado.",
    ),
    "sectors.failed": (
        "{count} of {sectors} sectors are worse by more than {share}, and not by chance. The worst is {worst}: {mine} instead of {theirs} on {rows} listings.",
        "{count} de {sectors} sectores empeoran más de {share}, y no por azar. El peor es {worst}: {mine} en vez de {theirs} sobre {rows} publicaciones.",
    ),
    "range.passed": (
        "The 90 % range holds {share} of {rows} asking prices that the model never saw: between {low} and {high} is asked.",
        "El rango de 90 % contiene {share} de {rows} precios que el modelo nunca vio: se pide entre {low} y {high}.",
    ),
    "range.failed": (
        "The 90 % range holds {share} of {rows} asking prices that the model never saw, but between {low} and {high} is asked.",
        "El rango de 90 % contiene {share} de {rows} precios que el modelo nunca vio, pero se pide entre {low} y {high}.",
    ),
    "range.none": (
        "The model gives no 90 % range on listings that it never saw.",
        "El modelo no da un rango de 90 % sobre publicaciones que nunca vio.",
    ),
    "finite.passed": (
        "All {count} probe homes, with gaps and extremes among them, have a finite value above 0.",
        "Las {count} viviendas de sondeo, con vacíos y extremos entre ellas, tienen un valor finito mayor que 0.",
    ),
    "finite.failed": (
        "{bad} of {count} probe homes have no finite value above 0.",
        "{bad} de {count} viviendas de sondeo no tienen un valor finito mayor que 0.",
    ),
    "finite.broken": (
        "The model fails on the probe homes: {error}.",
        "El modelo falla con las viviendas de sondeo: {error}.",
    ),
    "area.passed": (
        "More area lowers the value by more than {drop} in {bad} of {count} probe homes (at most {allowed} are let pass).",
        "Más superficie baja el valor en más de {drop} en {bad} de {count} viviendas de sondeo (se toleran {allowed} a lo más).",
    ),
    "area.failed": (
        "More area lowers the value by more than {drop} in {bad} of {count} probe homes, by {worst} in the worst (at most {allowed} are let pass).",
        "Más superficie baja el valor en más de {drop} en {bad} de {count} viviendas de sondeo, en {worst} en la peor (se toleran {allowed} a lo más).",
    ),
    "area.none": (
        "No probe home has an area, so what more of it does was not tried.",
        "Ninguna vivienda de sondeo tiene superficie: no se probó qué pasa con más de ella.",
    ),
    "replay.passed": (
        "Of {count} homes valued before, {bad} move by more than {jump} (at most {allowed} are let pass); half of them move by less than {middle}.",
        "De {count} viviendas tasadas antes, {bad} cambian más de {jump} (se toleran {allowed} a lo más); la mitad cambia menos de {middle}.",
    ),
    "replay.failed": (
        "Of {count} homes valued before, {bad} move by more than {jump}, and at most {allowed} are let pass; the farthest moves by {worst}.",
        "De {count} viviendas tasadas antes, {bad} cambian más de {jump}, y se toleran {allowed} a lo más; la que más cambia lo hace en {worst}.",
    ),
    "replay.none": (
        "No home has been valued yet that could be valued again.",
        "Aún no hay viviendas tasadas que se puedan tasar de nuevo.",
    ),
}


class Points(float):
    """A difference of shares, written in percentage points."""


def check(name: str, outcome: str, passed: bool, **numbers: Any) -> Check:
    """A check with its sentence in every language.

    Parameters
    ----------
    name, outcome
        Which sentence: ``name.outcome``.
    **numbers
        What the sentence holds: a float is a share, an int a count. They become the details.
    """
    templates = dict(zip(LANGUAGES, _SENTENCES[f"{name}.{outcome}"], strict=True))
    sentences = {
        language: text.format(**{key: _written(value, language) for key, value in numbers.items()})
        for language, text in templates.items()
    }
    details = {key: float(value) if isinstance(value, Points) else value for key, value in numbers.items()}
    return Check(name, passed, sentences["en"], details, sentences)


def _written(value: Any, language: str) -> str:
    if isinstance(value, Points):
        points = round(100 * value, 1)
        english = f"{points:+.1f}".replace("-", "−") if points else "0.0"
    elif isinstance(value, float):
        english = f"{100 * value:,.1f} %"
    elif isinstance(value, int):
        english = f"{value:,}"
    else:
        return str(value)
    return english.translate(str.maketrans(",.", ".,")) if language == "es" else english
