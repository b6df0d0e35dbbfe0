"""What the library says of jobs and of files of later prices, and how it is said in Spanish; see `refusals`."""

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
_TELL_ES: Final = "Avisa a quien administra Tasador: su registro"

ON_STORAGE: Final[dict[str, str]] = {
    r"The database cannot be reached\. Try again in a moment\. Tell whoever runs Tasador: its log names the address and the cause\.": f"No se puede llegar a la base de datos. Intenta de nuevo en un momento. {_TELL_ES} dice la dirección y la causa.",
    r"The disk of the database is full, so nothing was stored\. Try again when whoever runs Tasador has made room \(`tasador prune --dry-run` says what may go\)\.": "El disco de la base de datos está lleno, así que no se guardó nada. Intenta de nuevo cuando quien administra Tasador haya liberado espacio (`tasador prune --dry-run` dice qué se puede borrar).",
    r"The database may not be written, so nothing was stored\. Tell whoever runs Tasador: its log names the place and what is not allowed\.": f"No se permite escribir en la base de datos, así que no se guardó nada. {_TELL_ES} dice el lugar y qué permiso falta.",
    r"The database cannot be opened\. Tell whoever runs Tasador: its log names the file and the cause\.": f"La base de datos no se puede abrir. {_TELL_ES} dice el archivo y la causa.",
    r"The disk of the database fails to read or write, so nothing was stored\. Tell whoever runs Tasador: its log names the file and the cause\.": f"El disco de la base de datos falla al leer o escribir, así que no se guardó nada. {_TELL_ES} dice el archivo y la causa.",
    r"Something else has kept the database busy for too long, so nothing was stored\. Try again in a moment\.": "La base de datos estuvo ocupada demasiado tiempo, así que no se guardó nada. Intenta de nuevo en un momento.",
    r"The file of the database is damaged or is no database\. Whoever runs Tasador restores it from a backup: the log names the file\.": "El archivo de la base de datos está dañado o no es una base de datos. Quien administra Tasador lo recupera desde un respaldo: el registro dice cuál es.",
    r"The tables of the database are not those of this release\. Whoever runs Tasador makes or upgrades them with `tasador init`\.": "Las tablas de la base de datos no son las de esta versión. Quien administra Tasador las crea o actualiza con `tasador init`.",
    r"The database did not do what was asked\. Try again\. Tell whoever runs Tasador: its log names the cause\.": f"La base de datos no hizo lo pedido. Intenta de nuevo. {_TELL_ES} dice la causa.",
    r"The MLflow store cannot be opened: see MLFLOW_TRACKING_URI\.": "No se puede abrir el almacén de MLflow: revisa MLFLOW_TRACKING_URI.",
    r"The MLflow store does not answer: see MLFLOW_TRACKING_URI\.": "El almacén de MLflow no responde: revisa MLFLOW_TRACKING_URI.",
}
ON_PRICES: Final[dict[str, str]] = {
    r"(?P<name>.+) is no file of outcomes: it needs the column price, and either log_id or all of (?P<columns>.+?); it has (?P<arrived>.*)\.$": "{name} no es un archivo de precios: necesita la columna price y, además, log_id o todas estas: {columns}. Tiene {arrived}.",
    r"(?P<name>.+) has a header but no rows: at least one price is needed\.": "{name} tiene encabezado pero ninguna fila: se necesita al menos un precio.",
    r"(?P<name>.+) has more than (?P<n_most>[\d,]+) rows: split it into smaller files\.": "{name} tiene más de {n_most} filas: divídelo en archivos más pequeños.",
    r"The file has no column kind: its prices are taken as listed\.": "El archivo no tiene la columna kind: sus precios se toman como publicados.",
    r"there is no logged prediction (?P<entry>'.*'|\".*\")$": "no hay una tasación registrada {entry}",
    r"no logged prediction has these eight features$": "ninguna tasación registrada tiene estas ocho características",
    r"log_id is empty, and the file does not have all eight features$": "log_id está vacío y el archivo no tiene las ocho características",
    r"the price must be a number, (?P<limits>.*?), but (?P<arrived>.*) arrived$": "el precio debe ser un número, {limits}, pero llegó {arrived}",
    r"the price (?P<n_price>\S+) is implausible for a home valued at (?P<n_value>\S+): check the currency$": "el precio {n_price} no es creíble para una propiedad tasada en {n_value}: revisa la moneda",
    r"the price is in (?P<unit>.+), but (?P<currency>.+) is expected$": "el precio está en {unit}, pero se espera {currency}",
    r"(?P<column>\w+) is no number that can be read for certain: (?P<cell>.*)": "{column} no es un número que se lea con certeza: {cell}",
    r"kind must be listed or sold, but (?P<arrived>.*) arrived$": "kind debe ser listed o sold, pero llegó {arrived}",
    r"date must be like 2026-11-23 or 23/11/2026, but (?P<arrived>.*) arrived$": "date debe ser como 2026-11-23 o 23/11/2026, pero llegó {arrived}",
    r"date must lie between (?P<first>\S+) and today, but (?P<arrived>.*) arrived$": "date debe estar entre {first} y hoy, pero llegó {arrived}",
}
