"""What the library refuses, and what it notes on files: its English sentences as patterns, and the same in Spanish.

The names of groups say how a part is written: ``n_...`` is a number, the others are in `refusals`.
"""

# ruff: noqa: E501

from __future__ import annotations

from typing import Final

HOMES: Final = {
    r"The point (?P<place>\S+, \S+) lies (?P<n_away>.*?) from the nearest listing; at most (?P<n_most>.*?) can be valued\.": "El punto {place} está a {n_away} de la publicación más cercana; se puede tasar hasta a {n_most}.",
    r"Check the coordinates, or leave both out to be valued by the sector alone\.": "Revisa las coordenadas, o déjalas vacías para tasar solo por el sector.",
    r"0, 0 is a point in the Atlantic\.": "0, 0 es un punto en el Atlántico.",
    r"Latitude and longitude look exchanged and without a sign: did you mean (?P<place>\S+, \S+)\?": "La latitud y la longitud parecen intercambiadas y sin signo: ¿será {place}?",
    r"Latitude and longitude look exchanged: did you mean (?P<place>\S+, \S+)\?": "La latitud y la longitud parecen intercambiadas: ¿será {place}?",
    r"A minus sign looks lost or added: did you mean (?P<place>\S+, \S+)\?": "Parece que falta o sobra un signo menos: ¿será {place}?",
    r"(?P<column>\w+) must be a number, (?P<limits>.*?), but (?P<arrived>.*?) arrived\.": "{column} debe ser un número, {limits}, pero llegó {arrived}.",
    r"(?P<column>\w+) must be a name of 1 to (?P<most>\d+) characters, but (?P<arrived>.*?) arrived\.": "{column} debe ser un nombre de 1 a {most} caracteres, pero llegó {arrived}.",
    r"No area arrived: give at least one of (?P<columns>.*?), more than 0\.": "No llegó ninguna superficie: indica al menos una de {columns}, mayor que 0.",
    r"Leave it empty where it is not known\.": "Déjala vacía si no se conoce.",
    r"The model gives no positive value for this description: check its numbers\.": "El modelo no da un valor positivo para esta descripción: revisa los números.",
}
"""Why a home cannot be valued."""

ROWS: Final = {
    r"(?P<column>\w+) is not a number(?P<cell>: .*)?$": "{column} no es un número{cell}",
    r"(?P<column>\w+) is impossible, it must be (?P<limits>.*?)(?P<cell>: .*)?$": "{column} es imposible, debe ser {limits}{cell}",
    r"(?P<column>\w+) can have decimals or thousands, and the table does not tell which(?P<cell>: .*)?$": "{column} puede tener decimales o miles, y la tabla no dice cuál{cell}",
    r"(?P<column>\w+) is in another unit, or the column mixes units(?P<cell>: .*)?$": "{column} está en otra unidad, o la columna mezcla unidades{cell}",
    r"(?P<column>\w+) has more than (?P<most>\d+) characters(?P<cell>: .*)?$": "{column} tiene más de {most} caracteres{cell}",
    r"(?P<column>\w+) holds a control character(?P<cell>: .*)?$": "{column} contiene un carácter de control{cell}",
    r"no price$": "falta el precio",
    r"price is not positive(?P<cell>: .*)?$": "el precio no es positivo{cell}",
    r"price is at or below MIN_TARGET_THRESHOLD \((?P<n_least>[^)]*)\)(?P<cell>: .*)?$": "el precio no supera MIN_TARGET_THRESHOLD ({n_least}){cell}",
    r"is_train is neither 1 nor 0 \(nor (?P<words>[^)]*)\)(?P<cell>: .*)?$": "is_train no es ni 1 ni 0 (ni {words}){cell}",
    r"the row has (?P<cells>\d+) cells, but the header has (?P<width>\d+)$": "la fila tiene {cells} celdas, pero el encabezado tiene {width}",
    r"every cell is empty$": "todas las celdas están vacías",
    r"a cell of the row is too long$": "una celda de la fila es demasiado larga",
    r"the quotes of the row do not match$": "las comillas de la fila no cierran",
    r"the row holds bytes that are no text in the encoding of the file$": "la fila tiene bytes que no son texto en la codificación del archivo",
}
"""Why a row of a file is kept out; where many rows share a reason, without the cell."""

NOTES: Final = {
    r"Columns kept out: (?P<names>.*?)(?: and (?P<and_more>\d+) more)?\.$": "Columnas que quedaron fuera: {names}{and_more}.",
    r"Empty lines skipped: (?P<n_count>[\d,]+)\.": "Líneas vacías que se saltaron: {n_count}.",
    r"The column is_train is empty: it was left aside\.": "La columna is_train está vacía: se dejó de lado.",
    r"Decimal commas were read in (?P<names>.*?)\.": "Se leyeron comas decimales en {names}.",
    r"(?P<column>\w+) mixes decimal dots \((?P<n_dots>\S+) cells\) and decimal commas \((?P<n_commas>\S+) cells\)\.": "{column} mezcla puntos decimales ({n_dots} celdas) y comas decimales ({n_commas} celdas).",
    r"(?P<column>\w+): numbers like (?P<like>\S+) were read as (?P<read>\d+), in (?P<n_count>\S+) cells\.": "{column}: los números como {like} se leyeron como {read}, en {n_count} celdas.",
    r"(?P<column>\w+) was written with (?P<unit>.*?) in (?P<n_count>\S+) cells\.": "{column} venía con {unit} en {n_count} celdas.",
    r"Read as (?P<name>.*?), for it is not UTF-8: check the accents\.": "Se leyó como {name}, porque no es UTF-8: revisa los acentos.",
    r"Read as (?P<name>.*?)\.": "Se leyó como {name}.",
    r"The sample was set aside, for real listings are in use\.": "La muestra se dejó de lado, porque hay publicaciones reales en uso.",
    r"(?P<n_count>\S+) settled listings were set aside: their reviews stay in the ledger, but no longer act\.": "Se dejaron de lado {n_count} publicaciones ya resueltas: sus revisiones quedan en el libro, pero ya no actúan.",
    r"The shipped sample was set aside \((?P<names>.*)\): kept, but no longer used\.": "La muestra incluida se dejó de lado ({names}): se conserva, pero ya no se usa.",
    r"All former listings were set aside \((?P<names>.*)\): kept, but no longer used\.": "Todas las publicaciones anteriores se dejaron de lado ({names}): se conservan, pero ya no se usan.",
    r"(?P<file>.+?) was stored before as dataset (?P<number>\d+): it is in use again\.": "{file} ya estaba guardado como el conjunto {number}: está en uso otra vez.",
    r"(?P<file>.+?) is stored already as dataset (?P<number>\d+): nothing new in it\.": "{file} ya está guardado como el conjunto {number}: no trae nada nuevo.",
}
"""What is worth knowing of a file that was read."""

MODELS: Final = {
    r"Version (?P<number>\d+) no longer gives the values and ranges it gave when it was trained \(were libraries or Tasador itself changed\?\)\.": "La versión {number} ya no da los valores y rangos que dio al entrenarse (¿cambiaron las bibliotecas o Tasador mismo?).",
    r"Version (?P<number>\d+) cannot be fetched \((?P<error>\w+)\): see MLFLOW_ARTIFACT_ROOT\.": "La versión {number} no se puede traer ({error}): revisa MLFLOW_ARTIFACT_ROOT.",
    r"The file of the model cannot be read \((?P<error>[^)]*)\)\.": "El archivo del modelo no se puede leer ({error}).",
    r"The file of the model is not the one that was registered \(its content has changed\), so it is not loaded\.": "El archivo del modelo no es el que se registró (su contenido cambió), así que no se carga.",
    r"The model cannot be read by this release \((?P<error>[^)]*)\)\.": "Esta versión de Tasador no puede leer el modelo ({error}).",
    r"`tasador repair` trains the champion anew, and so does `tasador run` when it starts\.": "`tasador repair` entrena de nuevo a la campeona, y también lo hace `tasador run` al comenzar.",
    r"No version can stand in for it\.": "Ninguna versión puede reemplazarla.",
    r"None of the former champions \((?P<numbers>[^)]*)\) can stand in for it\.": "Ninguna de las campeonas anteriores ({numbers}) puede reemplazarla.",
}
"""Why a version cannot serve."""

FILES: Final = {
    r"(?P<file>.+?) is empty: a header line and at least one listing are needed\.": "{file} está vacío: hacen falta una línea de encabezado y al menos una publicación.",
    r"(?P<file>.+?) is no CSV file but (?P<kind>[^:]+): (?P<advice>.+)\.$": "{file} no es un archivo CSV, sino {kind}: {advice}.",
    r"(?P<file>.+?) is no CSV file but looks like JSON: export it as CSV\.": "{file} no es un archivo CSV, sino que parece JSON: expórtalo como CSV.",
    r"(?P<file>.+?) looks like UTF-16 without its mark: (?P<advice>.+)\.$": "{file} parece UTF-16 sin su marca: {advice}.",
    r"(?P<file>.+?) is a binary file, not a CSV file: (?P<advice>.+)\.$": "{file} es un archivo binario, no un CSV: {advice}.",
    r"(?P<file>.+?) is a damaged gzip file, perhaps cut off: get it again\.": "{file} es un archivo gzip dañado, quizás cortado: consíguelo de nuevo.",
    r"(?P<file>.+?) unpacks to more than (?P<n_times>\S+) times its (?P<n_bytes>\S+) bytes, as no list of homes does: unpack it yourself if you trust it\.": "{file} se descomprime a más de {n_times} veces sus {n_bytes} bytes, como no lo hace ninguna lista de propiedades: descomprímelo tú si confías en él.",
    r"(?P<file>.+?) holds more than (?P<size>\d+ GiB): split it into smaller files\.": "{file} tiene más de {size}: divídelo en archivos más pequeños.",
    r"(?P<file>.+?) is no valid (?P<name>.+?) text: (?P<advice>.+)\.$": "{file} no es texto {name} válido: {advice}.",
    r"(?P<file>.+?) has no line break in its first (?P<n_count>\S+) characters: it is no CSV file\.": "{file} no tiene ningún salto de línea en sus primeros {n_count} caracteres: no es un archivo CSV.",
    r"(?P<file>.+?) has a line of more than (?P<n_count>\S+) characters: it is no CSV file\.": "{file} tiene una línea de más de {n_count} caracteres: no es un archivo CSV.",
    r"(?P<file>.+?) has (?P<n_count>[\d,]+) columns, and at most (?P<n_most>\S+) are read\.": "{file} tiene {n_count} columnas, y se leen a lo más {n_most}.",
    r"(?P<file>.+?) has two columns for (?P<column>\w+)(?:, (?P<both>.+?))?: leave one out\.": "{file} tiene dos columnas para {column}{both}: deja una fuera.",
    r"(?P<file>.+?) is no listing table: its first line reads (?P<line>.+), but the columns (?P<columns>.+?) are needed\.$": "{file} no es una tabla de publicaciones: su primera línea dice {line}, pero hacen falta las columnas {columns}.",
    r"(?P<file>.+?) lacks the columns (?P<columns>.+?); it has (?P<names>.+)\. Add them; cells may be empty\.$": "A {file} le faltan las columnas {columns}; tiene {names}. Agrégalas; las celdas pueden quedar vacías.",
    r"(?P<file>.+?) has more than (?P<n_count>\S+) rows with broken quotes: save it anew as CSV\.": "{file} tiene más de {n_count} filas con comillas rotas: guárdalo de nuevo como CSV.",
    r"(?P<file>.+?) has a header but no rows: at least one listing is needed\.": "{file} tiene encabezado pero ninguna fila: hace falta al menos una publicación.",
    r"No row of (?P<file>.+?) can be used: (?P<reasons>.+)\.$": "Ninguna fila de {file} sirve: {reasons}.",
}
"""Why a file is no table that can be read. They begin with its name, so they are tried last."""

PHRASES: Final = {
    "an Excel workbook or a zip archive": "un libro de Excel o un archivo zip",
    "an old Excel workbook": "un libro de Excel antiguo",
    "a PDF document": "un documento PDF",
    "a Parquet file": "un archivo Parquet",
    "a SQLite database": "una base de datos SQLite",
    "packed with bzip2": "uno comprimido con bzip2",
    "packed with xz": "uno comprimido con xz",
    "packed with zstd": "uno comprimido con zstd",
    "packed with gzip twice": "uno comprimido dos veces con gzip",
    "a web page or XML": "una página web o XML",
    "open it, save it as CSV (UTF-8), and try again": "ábrelo, guárdalo como CSV (UTF-8) e inténtalo de nuevo",
    "save it as CSV (UTF-8), and try again": "guárdalo como CSV (UTF-8) e inténtalo de nuevo",
    "save it as CSV (UTF-8)": "guárdalo como CSV (UTF-8)",
    "ask for the table behind it as CSV": "pide como CSV la tabla que contiene",
    "export it as CSV": "expórtalo como CSV",
    "set USE_DB and SOURCE_DATABASE_URL to read its table raw_data": "define USE_DB y SOURCE_DATABASE_URL para leer su tabla raw_data",
    "unpack it, or pack it with gzip": "descomprímelo, o comprímelo con gzip",
    "unpack it once": "descomprímelo una vez",
    "download the file itself, not its page": "descarga el archivo mismo, no su página",
    "nothing": "nada",
}
"""Parts of sentences that are words themselves."""
