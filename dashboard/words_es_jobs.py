"""The words on jobs and planned trainings in Spanish."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Final

JOB_WORDS: Final[dict[str, str]] = {
    "job.eta": "Falta",
    "job.eta_about": "cerca de {time}",
    "job.eta_over": "un momento; ya demora más de lo habitual",
    "job.eta_unknown": "Aún no se sabe: es el primero de su tipo",
    "job.again": "El proceso de trabajo se detuvo durante el primer intento, así que el trabajo se retomó. Ese intento no cambió nada.",
    "job.lines": "Lo que informó",
    "schedule.next": "Próximo entrenamiento automático: {when} ({expression}, {zone}).",
    "schedule.last": "Último entrenamiento programado: {when}.",
    "schedule.new_rows": "Se entrena solo al llegar {limit} publicaciones nuevas; ya hay {count}.",
    "schedule.on_drift": "Se entrena solo cuando una alerta indica que el mercado cambió.",
    "schedule.none": "No hay entrenamientos programados: RETRAIN_SCHEDULE fija los horarios.",
}
