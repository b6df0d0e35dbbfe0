"""What the library says of jobs, and how it is said in Spanish; see `refusals`."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Final

_AGAIN: Final = "Se intentó {tried} veces. No se cambió nada: revisa el registro del proceso de trabajo y vuelve a iniciar el trabajo."

ON_JOBS: Final[dict[str, str]] = {
    r"The disk is full, or a file grew beyond what is allowed\. Nothing was changed: make room \(`tasador prune --dry-run` says what may go\), then start the job again\.": "El disco está lleno, o un archivo creció más de lo permitido. No se cambió nada: libera espacio (`tasador prune --dry-run` dice qué se puede borrar) y vuelve a iniciar el trabajo.",
    r"Something went wrong inside Tasador \((?P<error>\w+)\)\. The worker's log has the details\.": "Algo falló dentro de Tasador ({error}). El registro del proceso de trabajo tiene los detalles.",
    r"The worker stopped in the middle\.": "El proceso de trabajo se detuvo a la mitad.",
    r"The worker was stopped\.": "El proceso de trabajo se detuvo.",
    r"The process of the job was killed, perhaps because memory ran out\.": "El proceso del trabajo fue terminado, quizás por falta de memoria.",
    r"The process of the job ended by itself \(exit code (?P<code>\S+)\)\.": "El proceso del trabajo terminó por sí solo (código {code}).",
    r"It was tried (?P<tried>\d+) times\. Nothing was changed; see the worker's log, then start the job again\.": _AGAIN,
    r"The job was cancelled, or another worker has taken it up\. Nothing was changed\.": "El trabajo se canceló, o lo retomó otro proceso de trabajo. No se cambió nada.",
    r"There are (?P<n_count>\S+) listings to train on, and at least (?P<least>\d+) are needed: bring some with `tasador ingest FILE\.csv`\.": "Hay {n_count} publicaciones para entrenar y se necesitan al menos {least}: carga más con `tasador ingest ARCHIVO.csv`.",
    r"There are (?P<n_count>\S+) listings to train on, and at least (?P<least>\d+) are needed: bring some with `tasador ingest FILE\.csv`, or review the (?P<n_left>\S+) that are left out \(`tasador review list`\)\.": "Hay {n_count} publicaciones para entrenar y se necesitan al menos {least}: carga más con `tasador ingest ARCHIVO.csv`, o revisa las {n_left} que quedan fuera (`tasador review list`).",
    # Lines that a training says on its way.
    r"make-dataset: Skipped: listings, reviews and split have not changed\.": "make-dataset: omitido, pues publicaciones, revisiones y división no han cambiado.",
    r"make-dataset: Wrote (?P<n_train>\S+) train and (?P<n_test>\S+) test rows \(as the files say\)\.": "make-dataset: se escribieron {n_train} filas de entrenamiento y {n_test} de prueba (según los archivos).",
    r"make-dataset: Wrote (?P<n_train>\S+) train and (?P<n_test>\S+) test rows \(at random, seed (?P<seed>\d+)\)\.": "make-dataset: se escribieron {n_train} filas de entrenamiento y {n_test} de prueba (al azar, semilla {seed}).",
    r"Left out: (?P<n_excluded>[\d,]+) excluded and (?P<n_wrong>[\d,]+) with unreviewed errors\.": "Fuera: {n_excluded} excluidas y {n_wrong} con errores sin revisar.",
    r"Left out: (?P<n_excluded>[\d,]+) excluded\.": "Fuera: {n_excluded} excluidas.",
    r"Left out: (?P<n_wrong>[\d,]+) with unreviewed errors\.": "Fuera: {n_wrong} con errores sin revisar.",
    r"build-features: Skipped: the dataset and the recipe have not changed\.": "build-features: omitido, pues los datos y la receta no han cambiado.",
    r"build-features: Wrote (?P<n_features>\S+) features of (?P<n_rows>\S+) rows\.": "build-features: se escribieron {n_features} características de {n_rows} filas.",
    r"train-model: Skipped: the features and the recipe have not changed\.": "train-model: omitido, pues las características y la receta no han cambiado.",
    r"train-model: Fitted (?P<recipe>.+) on (?P<n_rows>\S+) rows\.": "train-model: se ajustó {recipe} con {n_rows} filas.",
}
