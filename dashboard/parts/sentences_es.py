"""What the library says of jobs and of files of later prices, and how it is said in Spanish; see `refusals`."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Final

ON_JOBS: Final[dict[str, str]] = {
    r"The job was cancelled, or another worker has taken it up\. Nothing was changed\.": "El trabajo se canceló, o lo retomó otro proceso de trabajo. No se cambió nada.",
    r"There are (?P<n_count>\S+) listings to train on, and at least (?P<least>\d+) are needed: bring some with `tasador ingest FILE\.csv`\.": "Hay {n_count} publicaciones para entrenar y se necesitan al menos {least}: carga más con `tasador ingest ARCHIVO.csv`.",
    r"There are (?P<n_count>\S+) listings to train on, and at least (?P<least>\d+) are needed: bring some with `tasador ingest FILE\.csv`, or review the (?P<n_left>\S+) that are left out \(`tasador review list`\)\.": "Hay {n_count} publicaciones para entrenar y se necesitan al menos {least}: carga más con `tasador ingest ARCHIVO.csv`, o revisa las {n_left} que quedan fuera (`tasador review list`).",
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
