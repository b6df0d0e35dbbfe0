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
    "job.no_worker": "El trabajo espera hasta que haya uno: inícialo con `tasador worker`, o todo con `tasador run`.",
    "job.lines": "Lo que informó",
    "job.left_out": "Se dejaron fuera",
    "check_job.title": "Se están revisando las publicaciones",
    "check_job.lead": "Tantas publicaciones las revisa el proceso de trabajo. Mientras tanto puedes dejar la página; el mapa aparece aquí cuando termine.",
    "check_job.none": "Estas publicaciones aún no se han revisado, así que el mapa no puede decir qué se ve mal en ellas.",
    "check_job.start": "Revisar las publicaciones",
    "check_job.ask": "Pide a un analista que inicie la revisión.",
    "check_job.here_lead": "Mientras esta página siga abierta, puede hacer la revisión ella misma.",
    "check_job.here": "Revisar en esta página",
    "came.same": "Nada que entrenar: la versión {version} se hizo con las mismas publicaciones y la misma receta.",
    "came.promoted": "La versión {version} es ahora la campeona.",
    "came.waits": "La versión {version} pasó el control y espera que alguien la promueva.",
    "came.refused": "La versión {version} no pasó el control: el campeón sigue. El veredicto de abajo dice por qué.",
    "came.cancelled": "No se cambió nada.",
    "recipe_about.champion": "Lo mejor que tenemos, sobre el logaritmo del precio: dos modelos de árboles de la vivienda, su lugar y lo que piden las publicaciones a su alrededor, y una superficie suave por todas las publicaciones con dos modelos de árboles de lo que deja sin explicar. Se ajusta sin las filas cuyo precio no es creíble.",
    "recipe_about.original": "El primer modelo del caso: tipo y sector codificados por su precio medio, y nada más, en árboles potenciados.",
    "recipe_about.revised": "El segundo modelo del caso: el original con los seis números junto a tipo y sector, llevados a una misma escala.",
    "schedule.next": "Próximo entrenamiento automático: {when} ({expression}, {zone}).",
    "schedule.last": "Último entrenamiento programado: {when}.",
    "schedule.new_rows": "Se entrena solo al llegar {limit} publicaciones nuevas; ya hay {count}.",
    "schedule.on_drift": "Se entrena solo cuando una alerta indica que el mercado cambió.",
    "schedule.none": "No hay entrenamientos programados: RETRAIN_SCHEDULE fija los horarios.",
}
