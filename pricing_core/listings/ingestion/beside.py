"""Columns that change what others mean: the currency of a price, sale or rent, and the day of a price."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pricing_core.listings.ingestion.missing import is_missing
from pricing_core.words import Message

CURRENCY, OPERATION, LISTED_ON = "currency", "operation", "listed_on"
BESIDE: Final = (CURRENCY, OPERATION, LISTED_ON)

BESIDE_NAMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("currency", "moneda", "divisa", "tipomoneda", "tipodemoneda", "monedaprecio", "moeda"), CURRENCY),
    **dict.fromkeys(("pricecurrency", "currencycode", "monedapublicacion", "preciomoneda", "curr"), CURRENCY),
    **dict.fromkeys(("operation", "operacion", "tipooperacion", "tipodeoperacion", "operationtype"), OPERATION),
    **dict.fromkeys(("transactiontype", "transaction", "transaccion", "tipotransaccion", "operacao"), OPERATION),
    **dict.fromkeys(("modalidad", "ventaarriendo", "saleorrent", "tipodetransaccion"), OPERATION),
    **dict.fromkeys(("listedon", "fecha", "date", "fechapublicacion", "fechadepublicacion", "publishedon"), LISTED_ON),
    **dict.fromkeys(("publicationdate", "listingdate", "listdate", "datelisted", "fechaaviso"), LISTED_ON),
}
"""How clients call these columns, as `header.key_of` writes names."""

PAIR_NAMES: Final = frozenset(
    (
        "coordenadas",
        "coordinates",
        "coords",
        "latlong",
        "latlng",
        "latlon",
        "latitudlongitud",
        "geom",
        "geometry",
        "wkt",
    )
)
"""Names of columns that hold latitude and longitude in one cell."""

_SALE: Final = ("venta", "vende", "vender", "sale", "sell", "compra", "venda", "buy", "purchase")
_RENT: Final = (
    "arriendo",
    "arrienda",
    "arrendar",
    "alquiler",
    "alquila",
    "rent",
    "rental",
    "lease",
    "aluguel",
    "renta",
)
_OTHER: Final = ("temporal", "temporada", "temporario", "vacacional", "permuta", "anticretico", "traspaso", "let")


def operation_of(text: str) -> str:
    """``sale``, ``rent``, ``unknown`` where a cell says neither or both, or ``""`` where it says nothing."""
    if is_missing(text.strip()):
        return ""
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = set(re.findall(r"[a-z]+", "".join(sign for sign in plain if not unicodedata.combining(sign))))
    sale, rent = (any(word in words for word in known) for known in (_SALE, _RENT))
    return "unknown" if sale == rent or words & set(_OTHER) else "sale" if sale else "rent"


def _kinds(cells: pa.Array) -> NDArray[np.str_]:
    encoded = pc.dictionary_encode(pc.fill_null(cells, ""))
    kinds = np.array([operation_of(text) for text in encoded.dictionary.to_pylist()] or [""])
    found: NDArray[np.str_] = kinds[encoded.indices.to_numpy()]
    return found


def may_be_sales(cells: pa.Array) -> NDArray[np.bool_]:
    """The rows whose price may be one of a sale."""
    return np.isin(_kinds(cells), ["sale", ""])


def operations(cells: pa.Array) -> list[tuple[NDArray[np.bool_], Message]]:
    """The rows whose price is none of a sale, each kind with its reason."""
    found = _kinds(cells)
    reasons = {
        "rent": Message("it is for rent, and prices of sales are wanted"),
        "unknown": Message("it is not plainly for sale"),
        "": Message("the row does not say whether it is for sale or for rent"),
    }
    return [(found == kind, reason) for kind, reason in reasons.items()]
