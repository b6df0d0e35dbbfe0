"""What a ratio study says in plain sentences, in English and Spanish."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "es"]
Side = Literal["low", "high", "even", "unconfirmed"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "es")

# By measure and side, as `sentence` takes them.
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "median_ratio.low": "The middle home is valued {size} % below its asking price.",
        "median_ratio.high": "The middle home is valued {size} % above its asking price.",
        "median_ratio.even": "The middle home is valued at about its asking price.",
        "cod": "From home to home the ratio differs from the middle one by {size} % on average.",
        "cod.low": "The ratio scatters by {size} % alone, less than prices usually do: were these homes learned from?",
        "prd.low": "Cheap homes are valued low: weighted by price, the mean ratio is {size} % higher.",
        "prd.high": "Dear homes are valued low: weighted by price, the mean ratio is {size} % lower.",
        "prd.even": "Weighted by price or not, the mean ratio is about the same.",
        "prd.unconfirmed": "Weighted by price, the mean ratio differs by {size} %; scatter alone can do this.",
        "prb.low": "Dear homes are valued low: each time the price doubles, the ratio falls by {size} %.",
        "prb.high": "Cheap homes are valued low: each time the price doubles, the ratio rises by {size} %.",
        "prb.even": "That dear and cheap homes are valued differently is not proven.",
    },
    "es": {
        "median_ratio.low": "La vivienda del medio se valora un {size} % por debajo de su precio pedido.",
        "median_ratio.high": "La vivienda del medio se valora un {size} % por encima de su precio pedido.",
        "median_ratio.even": "La vivienda del medio se valora más o menos en su precio pedido.",
        "cod": "De una vivienda a otra, la razón se aparta de la del medio un {size} % en promedio.",
        "cod.low": "La razón se dispersa solo un {size} %, menos de lo usual: ¿se aprendió de estas viviendas?",
        "prd.low": "Las viviendas baratas se valoran bajo: ponderada por precio, la razón media es un {size} % mayor.",
        "prd.high": "Las viviendas caras se valoran bajo: ponderada por precio, la razón media es un {size} % menor.",
        "prd.even": "Ponderada por precio o no, la razón media es casi la misma.",
        "prd.unconfirmed": "Ponderada por precio, la razón media difiere un {size} %; la dispersión basta para ello.",
        "prb.low": "Las viviendas caras se valoran bajo: si el precio se duplica, la razón baja un {size} %.",
        "prb.high": "Las viviendas baratas se valoran bajo: si el precio se duplica, la razón sube un {size} %.",
        "prb.even": "No hay prueba de que las viviendas caras y las baratas se valoren distinto.",
    },
}


def sentence(measure: str, language: Language, estimate: float, side: Side) -> str:
    """One measure in words.

    Parameters
    ----------
    measure : str
        ``median_ratio``, ``cod``, ``prd`` or ``prb``.
    estimate : float
        As the measure has it; a COD in percent.
    side : str
        Of an even treatment, on which the whole interval lies; "unconfirmed" for a PRD that the PRB does not bear out.
    """
    words = _WORDS[language]
    plain = words.get(measure, "")
    return words.get(f"{measure}.{side}", plain).format(size=_written(_percent(measure, estimate), language))


def _percent(measure: str, estimate: float) -> float:
    if measure == "cod":
        return estimate
    if measure == "prd":  # the mean weighted by price against the plain one
        return 100 * abs(1 / estimate - 1)
    return 100 * abs(estimate - (1 if measure == "median_ratio" else 0))


def _written(percent: float, language: Language) -> str:
    """As many digits as tell something: 12, 4, 0.4, 0.04; with a decimal comma in Spanish."""
    digits = 0 if percent >= 9.95 else 1 if percent >= 0.095 else 2
    written = f"{percent:.{digits}f}"
    written = written.rstrip("0").rstrip(".") if digits else written
    return written.replace(".", ",") if language == "es" else written
