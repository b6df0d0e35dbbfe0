"""Columns are found by the names that people and portals give them; what is not sure is asked about, never taken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pricing_core.errors import InputError, ListingsError
from pricing_core.listings.ingestion import read_frame
from pricing_core.listings.ingestion.column_match import Match
from pricing_core.listings.ingestion.header import Header
from pricing_core.listings.ingestion.known_names import meanings
from pricing_core.listings.ingestion.matching import ColumnRules, ColumnsSaid, expected_units, match_columns, matched
from pricing_core.listings.ingestion.missing_columns import require_columns
from pricing_core.nouns.profiles import ColumnSettings
from pricing_core.nouns.schema import LISTING_COLUMNS

CASES = Path(__file__).parent / "cases"
TYPE, SECTOR, USABLE, TOTAL, BEDS, BATHS, LAT, LON, PRICE = LISTING_COLUMNS

# Headers as people and portals write them, and the nine columns in the order of the contract; "" where there is none.
HEADERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a broker's sheet": (
        "Tipo|Comuna|Superficie Útil|Superficie total|Dormitorios|Baños|Latitud|Longitud|Precio",
        (
            "Tipo",
            "Comuna",
            "Superficie Útil",
            "Superficie total",
            "Dormitorios",
            "Baños",
            "Latitud",
            "Longitud",
            "Precio",
        ),
    ),
    "capitals and units": (
        "TIPO PROPIEDAD|COMUNA|M2 UTILES|M2 TOTALES|N° DORMITORIOS|N° BAÑOS|LAT|LONG|PRECIO UF|GASTOS COMUNES",
        (
            "TIPO PROPIEDAD",
            "COMUNA",
            "M2 UTILES",
            "M2 TOTALES",
            "N° DORMITORIOS",
            "N° BAÑOS",
            "LAT",
            "LONG",
            "PRECIO UF",
        ),
    ),
    "Portal Inmobiliario": (
        "título|tipo de propiedad|operación|comuna|superficie útil (m²)|superficie total (m²)|dormitorios|baños"
        "|estacionamientos|bodegas|latitude|longitude|moneda|precio|gastos comunes|antigüedad|piso",
        (
            *("tipo de propiedad", "comuna", "superficie útil (m²)", "superficie total (m²)", "dormitorios", "baños"),
            *("latitude", "longitude", "precio"),
        ),
    ),
    "Mercado Libre": (
        "id|title|price|currency_id|property_type|covered_area|total_area|bedrooms|full_bathrooms|parking_lots"
        "|latitude|longitude|neighborhood|permalink",
        (
            *("property_type", "neighborhood", "covered_area", "total_area", "bedrooms", "full_bathrooms"),
            *("latitude", "longitude", "price"),
        ),
    ),
    "Toctoc": (
        "TipoPropiedad;Comuna;SuperficieUtil;SuperficieTotal;Dormitorios;Banos;Latitud;Longitud;PrecioUF;UFm2;Anio",
        (
            *("TipoPropiedad", "Comuna", "SuperficieUtil", "SuperficieTotal", "Dormitorios", "Banos"),
            *("Latitud", "Longitud", "PrecioUF"),
        ),
    ),
    "Yapo": (
        "tipo_inmueble|comuna|m2_utiles|m2_terreno|dorms|banos|lat|lng|precio_venta|fecha_publicacion|url",
        ("tipo_inmueble", "comuna", "m2_utiles", "m2_terreno", "dorms", "banos", "lat", "lng", "precio_venta"),
    ),
    "Properati": (
        "id|start_date|lat|lon|l1|l2|rooms|bedrooms|bathrooms|surface_total|surface_covered|price|currency"
        "|price_period|title|property_type|operation_type|barrio",
        ("property_type", "barrio", "surface_covered", "surface_total", "bedrooms", "bathrooms", "lat", "lon", "price"),
    ),
    "Properati, the older one": (
        "property_type|barrio|lat-lon|lat|lon|price|currency|price_aprox_usd|surface_total_in_m2"
        "|surface_covered_in_m2|price_usd_per_m2|price_per_m2|floor|expenses|bedrooms|bathrooms",
        (
            *("property_type", "barrio", "surface_covered_in_m2", "surface_total_in_m2", "bedrooms", "bathrooms"),
            *("lat", "lon", "price"),
        ),
    ),
    "Zillow": (
        "zpid|streetAddress|zipcode|state|price|bedrooms|bathrooms|livingArea|lotAreaValue|homeType|latitude"
        "|longitude|homeStatus|zestimate|rentZestimate|yearBuilt|taxAssessedValue",
        (
            *("homeType", "zipcode", "livingArea", "lotAreaValue", "bedrooms", "bathrooms"),
            *("latitude", "longitude", "price"),
        ),
    ),
    "RESO": (
        "ListingKey|PropertySubType|PostalCode|LivingArea|LotSizeSquareFeet|BedroomsTotal|BathroomsTotalInteger"
        "|Latitude|Longitude|ListPrice|ClosePrice|OriginalListPrice|AssociationFee|YearBuilt|GarageSpaces",
        (
            *("PropertySubType", "PostalCode", "LivingArea", "LotSizeSquareFeet", "BedroomsTotal"),
            *("BathroomsTotalInteger", "Latitude", "Longitude", "ListPrice"),
        ),
    ),
    "Idealista": (
        "propertyCode|price|priceByArea|propertyType|operation|size_built_m2|superficie_terreno|rooms|bathrooms"
        "|municipality|latitude|longitude|floor|exterior|hasLift",
        (
            *("propertyType", "municipality", "size_built_m2", "superficie_terreno", "rooms", "bathrooms"),
            *("latitude", "longitude", "price"),
        ),
    ),
    "Fotocasa": (
        "Tipo de vivienda|Distrito|Metros útiles|Metros terreno|Habitaciones|Baños|Latitud|Longitud|Precio (€)",
        (
            *("Tipo de vivienda", "Distrito", "Metros útiles", "Metros terreno", "Habitaciones", "Baños"),
            *("Latitud", "Longitud", "Precio (€)"),
        ),
    ),
    "Imovelweb": (
        "Tipo de imóvel|Bairro|Área útil (m²)|Área total (m²)|Quartos|Banheiros|Vagas|Latitude|Longitude"
        "|Preço de venda (R$)|Condomínio|IPTU",
        (
            *("Tipo de imóvel", "Bairro", "Área útil (m²)", "Área total (m²)", "Quartos", "Banheiros"),
            *("Latitude", "Longitude", "Preço de venda (R$)"),
        ),
    ),
    "Zap and VivaReal": (
        "listing.unitType|address.bairro|usableArea|totalArea|bedrooms|bathrooms|suites|parkingSpaces"
        "|address.lat|address.lon|salePrice|monthlyCondoFee|yearlyIptu",
        ("", "", "usableArea", "totalArea", "bedrooms", "bathrooms", "", "", "salePrice"),
    ),
    "Rightmove": (
        "propertyType|outcode|floor_area_sqft|plot_size_sqft|bedrooms|bathrooms|latitude|longitude|price|addedOn",
        (
            *("propertyType", "outcode", "floor_area_sqft", "plot_size_sqft", "bedrooms", "bathrooms"),
            *("latitude", "longitude", "price"),
        ),
    ),
    "Domain": (
        "Property Type|Suburb|Floor area|Land size|Beds|Baths|Parking|Lat|Lng|Sold price|Postcode",
        ("Property Type", "Suburb", "Floor area", "Land size", "Beds", "Baths", "Lat", "Lng", "Sold price"),
    ),
    "King County": (
        "id|date|price|bedrooms|bathrooms|sqft_living|sqft_lot|floors|waterfront|view|condition|grade|sqft_above"
        "|sqft_basement|yr_built|yr_renovated|zipcode|lat|long|sqft_living15|sqft_lot15",
        ("", "zipcode", "sqft_living", "sqft_lot", "bedrooms", "bathrooms", "lat", "long", "price"),
    ),
    "Melbourne": (
        "Suburb|Address|Type|Price|Method|SellerG|Date|Distance|Postcode|Bedroom2|Bathroom|Car|Landsize"
        "|BuildingArea|YearBuilt|CouncilArea|Lattitude|Longtitude|Regionname|Propertycount",
        ("Type", "Suburb", "BuildingArea", "Landsize", "", "Bathroom", "Lattitude", "Longtitude", "Price"),
    ),
    "Ames": (
        "PID|MS SubClass|MS Zoning|Lot Frontage|Lot Area|Neighborhood|Bldg Type|Overall Qual|Year Built"
        "|Total Bsmt SF|1st Flr SF|Gr Liv Area|Full Bath|Bedroom AbvGr|Kitchen AbvGr|Garage Area|Yr Sold|SalePrice",
        ("Bldg Type", "Neighborhood", "Gr Liv Area", "Lot Area", "Bedroom AbvGr", "Full Bath", "", "", "SalePrice"),
    ),
    "California, by block": (
        "longitude|latitude|housing_median_age|total_rooms|total_bedrooms|population|households|median_income"
        "|median_house_value|ocean_proximity",
        ("", "", "", "", "", "", "latitude", "longitude", ""),
    ),
    "Santiago, scraped": (
        "Comuna|Price_CLP|Price_UF|Dorms|Baths|Built Area|Total Area|Parking|Storage|latitude|longitude",
        ("", "Comuna", "Built Area", "Total Area", "Dorms", "Baths", "latitude", "longitude", "Price_UF"),
    ),
    "two currencies": (
        "tipo|comuna|superficie útil|superficie total|dorm|baño|lat|lng|Precio CLP|Precio UF|UF/m2",
        ("tipo", "comuna", "superficie útil", "superficie total", "dorm", "baño", "lat", "lng", "Precio UF"),
    ),
    "amounts of other things": (
        "tipo|comuna|sup. útil|sup. terreno|sup. terraza|superficie bodega|m2 estacionamiento|dormitorios"
        "|dormitorio de servicio|baños|baño de visitas|lat|lng|valor venta|precio m2|contribuciones|avalúo fiscal",
        ("tipo", "comuna", "sup. útil", "sup. terreno", "dormitorios", "baños", "lat", "lng", "valor venta"),
    ),
    "camel case": (
        "propertyType|suburb|livingAreaSqm|lotSizeSqm|bedroomCount|bathroomCount|geoLat|geoLng|askingPrice",
        (
            *("propertyType", "suburb", "livingAreaSqm", "lotSizeSqm", "bedroomCount", "bathroomCount"),
            *("geoLat", "geoLng", "askingPrice"),
        ),
    ),
    "Argentina": (
        "Tipo de propiedad|Localidad|Sup. cubierta (m2)|Sup. total (m2)|Ambientes|Dormitorios|Baños|Cocheras"
        "|Latitud|Longitud|Precio USD|Expensas|Antigüedad",
        (
            *("Tipo de propiedad", "Localidad", "Sup. cubierta (m2)", "Sup. total (m2)", "Dormitorios", "Baños"),
            *("Latitud", "Longitud", "Precio USD"),
        ),
    ),
    "Mexico": (
        "Tipo de inmueble|Colonia|M² construidos|M² de terreno|Recámaras|Baños completos|Medios baños|lat|lon"
        "|Precio MXN",
        (
            *("Tipo de inmueble", "Colonia", "M² construidos", "M² de terreno", "Recámaras", "Baños completos"),
            *("lat", "lon", "Precio MXN"),
        ),
    ),
    "Colombia": (
        "tipo inmueble|barrio|área construida|área privada|área lote|habitaciones|baños|estrato|latitud|longitud"
        "|precio",
        (
            *("tipo inmueble", "barrio", "área construida", "área lote", "habitaciones", "baños"),
            *("latitud", "longitud", "precio"),
        ),
    ),
    "Portugal": (
        "Tipo|Distrito|Área útil|Área do terreno|Quartos|Casas de banho|Latitude|Longitude|Preço",
        (
            "Tipo",
            "Distrito",
            "Área útil",
            "Área do terreno",
            "Quartos",
            "Casas de banho",
            "Latitude",
            "Longitude",
            "Preço",
        ),
    ),
    "a house's three areas": (
        "type|sector|superficie útil|superficie construida|superficie total|superficie terreno|beds|baths|lat|lon"
        "|price",
        ("type", "sector", "superficie útil", "superficie total", "beds", "baths", "lat", "lon", "price"),
    ),
    "Zillow prize": (
        "parcelid|bathroomcnt|bedroomcnt|calculatedfinishedsquarefeet|lotsizesquarefeet|latitude|longitude"
        "|regionidzip|taxvaluedollarcnt|yearbuilt",
        (
            "",
            "regionidzip",
            "calculatedfinishedsquarefeet",
            "lotsizesquarefeet",
            "bedroomcnt",
            "bathroomcnt",
            "latitude",
            "longitude",
            "",
        ),
    ),
}


def split(header: str) -> list[str]:
    return header.split(";" if ";" in header else "|")


def placed(match: Match, names: Sequence[str]) -> dict[str, str]:
    return {column: names[place] for column, place in match.places.items()}


@pytest.mark.parametrize("source", HEADERS)
def test_headers_of_brokers_portals_and_open_data_are_matched(source: str) -> None:
    header, right = HEADERS[source]
    names = split(header)
    match = match_columns(names, "a.csv", rules=ColumnRules(expected=expected_units("UF", "m²")))
    wanted = dict(zip(_ordered(right), filter(None, right), strict=True))
    assert placed(match, names) == wanted


def _ordered(right: tuple[str, ...]) -> list[str]:
    return [column for column, name in zip(LISTING_COLUMNS, right, strict=True) if name]


OTHER_THINGS = """
precio_m2|precio por m2|UF/m2|valor uf m2|price_per_sqft|price_per_m2|priceByArea|gastos comunes|gasto común|condomínio
superficie estacionamiento|m2 bodega|superficie terraza|m2 terraza|garage area|sqft_basement|sqft_above|sqft_living15
año|año construcción|year|yearBuilt|antigüedad|age|lat_long|latlong|precio anterior|original list price|precio arriendo
valor arriendo|arriendo|rent|rentZestimate|zestimate|avalúo fiscal|contribuciones|tax assessed value|hoa fee|comisión
dormitorio de servicio|baño de visitas|medio baño|half bath|estacionamientos|bodegas|piso|floors|tipo de cambio
tipo de operación|moneda|precio moneda|price currency|fecha precio|price history|precio promedio comuna|avg price
número de piso|n° bodegas|id comuna|código comuna|estado|url|teléfono|corredor|propertycount|CouncilArea|Regionname
"""


@pytest.mark.parametrize("name", [name for line in OTHER_THINGS.split("\n") for name in line.split("|") if name])
def test_names_that_only_resemble_a_column_are_neither_taken_nor_proposed(name: str) -> None:
    match = match_columns([name], "a.csv", rows=[["7"], ["9"]])
    assert match.places == {}
    assert match.proposals == {}


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *(("Dormitorois", BEDS), ("Precoi", PRICE), ("Longitde", LON), ("Bathrom", BATHS), ("Comunna", SECTOR)),
        *(("Precio publicado en el portal", PRICE), ("Dormitorios principales", BEDS), ("superficie", USABLE)),
        *(("m2", USABLE), ("sqft", USABLE), ("ambientes", BEDS), ("city", SECTOR), ("categoría", TYPE)),
        *(("UF", PRICE), ("monto", PRICE), ("Bedroom2", BEDS), ("coord_y", LAT), ("Superficie util aprox", USABLE)),
    ],
)
def test_what_is_likely_is_proposed_and_not_taken(name: str, column: str) -> None:
    match = match_columns([name], "a.csv")
    assert match.places == {}
    assert match.proposals[column] == (0,)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (["casa", "Departamento", "casa"], TYPE),
        (["-33.4512", "-33.5044", "-33.3980"], LAT),
        (["-70.6512", "-70.5044", "-70.7980"], LON),
        (["-122,257", "-122,319", "-122,045"], LON),
    ],
)
def test_cells_tell_what_a_name_does_not(cells: list[str], column: str) -> None:
    match = match_columns(["columna 7", "baños"], "a.csv", rows=[[cell, "2"] for cell in cells])
    assert match.places == {BATHS: 1}
    assert match.proposals[column] == (0,)


@pytest.mark.parametrize(
    ("name", "cells", "column"),
    [
        ("Tipo", ["Venta", "Arriendo", "Venta"], TYPE),
        ("Precio venta", ["a convenir", "consultar"], PRICE),
        ("Baños", ["sí", "sí", "no"], BATHS),
        ("Superficie terreno", ["sí", "no"], TOTAL),
    ],
)
def test_a_name_is_not_taken_against_what_the_cells_hold(name: str, cells: list[str], column: str) -> None:
    match = match_columns([name], "a.csv", rows=[[cell] for cell in cells])
    assert column not in match.places
    assert column not in match.proposals


@pytest.mark.parametrize(
    ("names", "column"),
    [
        (("Precio", "Precio venta"), PRICE),
        (("price", "Precio"), PRICE),
        (("barrio", "municipio"), SECTOR),
        (("zipcode", "city"), SECTOR),
        (("rooms", "Bedroom2"), BEDS),
        (("superficie construida", "superficie"), USABLE),
    ],
)
def test_of_two_that_could_be_a_column_none_is_chosen(names: tuple[str, str], column: str) -> None:
    match = match_columns(names, "a.csv")
    assert column not in match.places
    assert match.clashes[column] == (0, 1)


def test_of_two_currencies_that_of_the_settings_is_taken_and_the_other_said() -> None:
    names = ["Precio CLP", "Precio UF"]
    match = match_columns(names, "a.csv", rules=ColumnRules(expected=expected_units("UF", None)))
    assert placed(match, names) == {PRICE: "Precio UF"}
    assert "'Precio CLP' was left aside" in " ".join(map(str, match.notes))
    assert match_columns(names, "a.csv", rules=ColumnRules(expected=expected_units("US$", None))).clashes == {
        PRICE: (0, 1)
    }


def test_no_name_means_two_columns_for_certain() -> None:
    names = {name for header, _ in HEADERS.values() for name in split(header)}
    sure = {name: [each.column for each in meanings(name) if each.rank < 9] for name in names}
    assert {name: columns for name, columns in sure.items() if len(columns) > 1} == {}


def refusal(header: str, *rows: list[str], settings: ColumnSettings | None = None) -> str:
    rules = ColumnRules(lambda _names: ColumnsSaid(settings or ColumnSettings()))
    found = matched(Header(tuple(split(header)), delimiter=","), "a.csv", rows=rows, rules=rules)
    with pytest.raises(ListingsError) as caught:
        require_columns(found, "a.csv", require_price=True)
    return str(caught.value)


def test_all_that_is_missing_is_named_at_once_with_what_could_be_it() -> None:
    said = refusal("Tipo|Ciudad|Superficie|Dormitorois|Baños|lat|lng|monto|precio m2")
    assert said.startswith("a.csv lacks the columns sector, net_usable_area, net_area, n_rooms and price; it has ")
    assert "'Dormitorois' looks like n_rooms: --map \"Dormitorois=n_rooms\" settles it." in said
    assert "'monto' looks like price" in said
    assert "'Superficie' looks like net_usable_area" in said
    assert "precio m2=price" not in said


def test_what_nothing_looks_like_may_be_said_not_to_be_there() -> None:
    header = "tipo|comuna|m2 utiles|dormitorios|baños|lat|lng|precio"
    assert '--map "=net_area" leaves it empty' in refusal(header)
    rules = ColumnRules(lambda _names: ColumnsSaid(ColumnSettings(absent=(TOTAL,))))
    found = matched(Header(tuple(split(header))), "a.csv", rules=rules)
    require_columns(found, "a.csv", require_price=True)
    assert TOTAL not in found.places


def test_two_columns_for_one_are_asked_about_together_with_what_is_missing() -> None:
    said = refusal("tipo|comuna|m2 utiles|m2 totales|dormitorios|baños|lat|precio|Precio venta")
    assert "two columns for price, 'precio' and 'Precio venta'" in said
    assert "lacks the columns longitude" in said


SPANISH = "Tipo|Comuna|Superficie útil|Superficie total|Dormitorios|Baños|Latitud|Longitud|Precio lista|Precio venta"


def test_a_person_settles_what_is_open() -> None:
    rules = ColumnRules(lambda _names: ColumnsSaid(ColumnSettings({"precio venta": PRICE, "Precio lista": ""})))
    found = matched(Header(tuple(split(SPANISH))), "a.csv", rules=rules)
    require_columns(found, "a.csv", require_price=True)
    assert found.places[PRICE] == 9
    assert found.match.said == {PRICE}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Preciox": PRICE}, "no column 'Preciox'; it has Tipo.* Did you mean 'Precio"),
        ({"Precio lista": "prize"}, "'prize' is no column to map to: there are type.* price"),
        ({"Precio lista": PRICE, "Precio venta": PRICE}, "price is named twice"),
        ({"": PRICE}, "no column ''"),
    ],
)
def test_a_slip_in_what_a_person_says_is_told_with_what_there_is(fields: dict[str, str], said: str) -> None:
    rules = ColumnRules(lambda _names: ColumnsSaid(ColumnSettings(fields)))
    with pytest.raises(InputError, match=said):
        matched(Header(tuple(split(SPANISH))), "a.csv", rules=rules)


def test_only_numbers_may_be_said_not_to_be_there() -> None:
    rules = ColumnRules(lambda _names: ColumnsSaid(ColumnSettings(absent=(PRICE,))))
    with pytest.raises(InputError, match="A table without price cannot be used"):
        matched(Header(tuple(split(SPANISH))), "a.csv", rules=rules)


@pytest.mark.parametrize("case", ["k3_spanish_header", "k3_bedrooms", "k3_units_in_header"])
def test_cases_of_other_headers_are_read(case: str) -> None:
    frame, _ = read_frame(CASES / f"{case}.csv", currency="UF", area_unit="m²")
    (home,) = frame[list(LISTING_COLUMNS)].to_numpy().tolist()
    assert home == ["Casa", "Valle 1", 85, 120, 3, 2, -33.51, -70.71, 5200]


def test_a_unit_in_a_header_that_is_not_that_of_the_settings_is_refused_by_its_name() -> None:
    with pytest.raises(ListingsError, match=r"has the column 'price .UF.', in UF, but US\$ is expected"):
        read_frame(CASES / "k3_units_in_header.csv", currency="US$", area_unit="m²")
