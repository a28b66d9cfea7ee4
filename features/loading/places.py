"""Where somebody lives and can be called, without a chance of reaching a real person."""

from features.loading.deterministic_choice import evenly, spread, words

# Ofcom's numbers for use in drama. libphonenumber knows that the mobiles, 01632 and those for Nottingham
# are never assigned and calls them possible, not valid; a possible number is all that the API asks for.
MOBILE = "+447700900"
_NO_AREA = "+441632960"
AREA = {
    "London": "+442079460",
    "Leeds": "+441134960",
    "Sheffield": "+441144960",
    "Nottingham": "+441154960",
    "Leicester": "+441164960",
    "Bristol": "+441174960",
    "Reading": "+441184960",
    "Birmingham": "+441214960",
    "Edinburgh": "+441314960",
    "Glasgow": "+441414960",
    "Liverpool": "+441514960",
    "Manchester": "+441614960",
    "Tyneside": "+441914980",
    "Belfast": "+442896496",
    "Cardiff": "+442920180",
}
DIGITS = evenly(f"{number:03d}" for number in range(1000))

# City, weight, outward postcodes, and the area whose drama numbers it shares, if there is one.
_TOWNS: tuple[tuple[str, int, str, str], ...] = (
    ("London", 26, "E1 E8 E17 EC1V N1 N16 NW1 NW6 SE1 SE5 SE15 SE22 SW2 SW11 SW19 W3 W12 WC1N", "London"),
    ("Birmingham", 10, "B1 B5 B13 B14 B23 B29 B30 B31", "Birmingham"),
    ("Manchester", 9, "M1 M4 M8 M13 M14 M20 M21 M40", "Manchester"),
    ("Leeds", 8, "LS1 LS6 LS7 LS8 LS11 LS16 LS17", "Leeds"),
    ("Glasgow", 8, "G1 G4 G11 G12 G20 G31 G41 G42", "Glasgow"),
    ("Liverpool", 7, "L1 L4 L8 L15 L17 L18 L25", "Liverpool"),
    ("Sheffield", 6, "S1 S5 S6 S7 S10 S11 S17", "Sheffield"),
    ("Bristol", 6, "BS1 BS3 BS5 BS6 BS7 BS16", "Bristol"),
    ("Edinburgh", 5, "EH1 EH3 EH6 EH7 EH10 EH15", "Edinburgh"),
    ("Leicester", 5, "LE1 LE2 LE3 LE4 LE5", "Leicester"),
    ("Newcastle upon Tyne", 4, "NE1 NE2 NE3 NE4 NE5 NE6", "Tyneside"),
    ("Cardiff", 4, "CF5 CF10 CF11 CF14 CF24", "Cardiff"),
    ("Belfast", 4, "BT4 BT5 BT7 BT9 BT12 BT15", "Belfast"),
    ("Nottingham", 4, "NG1 NG3 NG5 NG7 NG9", "Nottingham"),
    ("Bradford", 4, "BD1 BD2 BD5 BD7 BD9", ""),
    ("Reading", 3, "RG1 RG2 RG4 RG6", "Reading"),
    ("Stockport", 3, "SK1 SK2 SK3 SK4", "Manchester"),
    ("Salford", 3, "M3 M5 M6 M7", "Manchester"),
    ("Sunderland", 3, "SR1 SR2 SR3 SR4", "Tyneside"),
    ("Gateshead", 2, "NE8 NE9 NE10 NE11", "Tyneside"),
    ("Durham", 2, "DH1 DH7", "Tyneside"),
    ("Wallasey", 2, "CH44 CH45", "Liverpool"),
    ("Paisley", 2, "PA1 PA2 PA3", "Glasgow"),
    ("Solihull", 2, "B90 B91 B92", "Birmingham"),
    ("Lisburn", 1, "BT27 BT28", "Belfast"),
    ("Derry", 2, "BT47 BT48", "Belfast"),
    ("York", 2, "YO1 YO10 YO24 YO30 YO31", ""),
    ("Plymouth", 2, "PL1 PL2 PL4 PL6", ""),
    ("Norwich", 2, "NR1 NR2 NR3 NR4", ""),
    ("Southampton", 3, "SO14 SO15 SO16 SO17", ""),
    ("Brighton", 2, "BN1 BN2", ""),
    ("Oxford", 2, "OX1 OX2 OX3 OX4", ""),
    ("Cambridge", 2, "CB1 CB2 CB3 CB4", ""),
    ("Swansea", 2, "SA1 SA2 SA3 SA5", ""),
    ("Aberdeen", 2, "AB10 AB11 AB15 AB24", ""),
    ("Dundee", 2, "DD1 DD2 DD3 DD4", ""),
    ("Inverness", 1, "IV1 IV2 IV3", ""),
    ("Bangor", 1, "LL57", ""),
    ("Selby", 1, "YO8", ""),
    ("Truro", 1, "TR1 TR2", ""),
)
CITIES = spread(
    ((city, evenly(outward.split()), AREA.get(area, _NO_AREA)), weight) for city, weight, outward, area in _TOWNS
)
# The second half of a postcode never uses C, I, K, M, O or V, which are misread.
_INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
INWARD = evenly(f"{digit}{a}{b}" for digit in range(10) for a in _INWARD_LETTERS for b in _INWARD_LETTERS)
_STREETS = evenly(
    f"{name} {kind}"
    for name in words(
        """High Station Church Victoria Albert Park Mill School Queen’s King’s Manor Grange Chapel Windsor York
        Alexandra Springfield Green West North South East London New Richmond Highfield Orchard Meadow Woodland
        Hawthorn Chestnut Cedar Beech Oak Ash Elm Willow Lime Birch Rowan Holly Poplar Stanley George Clarence
        Cambridge Oxford Derby Norfolk Cromwell Nelson Wellington Gladstone Kingsway Moor Bridge Canal Quarry
        Brook River Castle Abbey Priory Vicarage Farm Mount_Pleasant St_John’s St_Mary’s St_Andrew’s Broad
        Mayfield Fairfield Hillside Sunny_Bank Nightingale Skylark Kingfisher"""
    )
    for kind in words("Road Road Street Street Lane Avenue Close Drive Gardens Terrace Crescent Grove Way")
)
_HOUSES = evenly(
    words("Rose_Cottage The_Old_Bakery Ivy_House The_Lodge Mill_House Tŷ_Gwyn Hillcrest Orchard_View Schoolhouse")
)


def line1(pick: int, size: int, kind: int) -> str:
    """Return the first line of an address."""
    street = _STREETS[pick >> 4]
    # Squared, because every street has low numbers and few have high ones.
    number = (size * size >> 16) * 190 >> 16
    if kind < 7000:
        return f"Flat {kind % 24 + 1}, {number + 1} {street}"
    if kind > 64000:
        return f"{_HOUSES[size >> 4]}, {street}"
    return f"{number + 1} {street}"
