"""Ways in which notes name what no record knows: other people, places, firms, files and addresses, of every class."""

import random
from collections.abc import Iterator

from bench.identity_insertions import Insertion

_GIVEN = """
Abimbola Agnieszka Akiko Aleksander Amara Anneliese Ayumi Babatunde Bronwen Caoimhe Chidi Cosmina Dagmar Deepika
Dmitri Efua Eirlys Eleni Farzana Fergus Gethin Giulia Hadiza Haruto Ifeoma Ilse Jadwiga Jesús Kofi Kwabena
Leilani Ludmila Maeve Maksym Nadezhda Ngozi Oisín Olamide Padraig Parvati Qing Rhiannon Ritika Saoirse Siddharth
Svetlana Taslima Thandiwe Uchenna Vasilis Wanjiru Xiomara Yevgeny Zainab Zoltán Lettice Cuthbert Hortense Dorcas
Barnaby
""".split()  # noqa: SIM905 (a list of words is read more easily so)
_FAMILY = """
Abernathy Adekunle Bhattacharya Blenkinsop Chowdhury Cholmondeley Dziedzic Ekwueme Featherstonehaugh Fitzwilliam
Georgiou Gwyther Håkansson Hrynkiewicz Iyengar Jabłońska Kowalczyk Krishnamurthy Llewellyn Lamptey Mbeki
McGillycuddy Nakamura Nwachukwu O'Shaughnessy Oyelaran Papadopoulos Pritchard Quartey Ramasubramanian
Satterthwaite Szczepański Thistlethwaite Tkachenko Udezue Vanderbeek Villanueva Wojciechowski Xiong Yilmaz
Zylberstein Ogunbanjo Achterberg
""".split()  # noqa: SIM905 (a list of words is read more easily so)
_WORDS = "Joy Will Hope Rose Mark Grace Dawn Bill Faith Ivy Frank Penny Rob Olive".split()  # noqa: SIM905
_ROADS = ("Larkspur", "Ravensworth", "Cattlegate", "Hazelmere", "Brackenfell", "Osmotherley", "Quarrington", "Tilbrook")
_FIRMS = ("Dunsmore", "Hetherleigh", "Ockenden", "Wexcombe", "Farthingdale", "Merrowdown")
_DASHES = "-\u2010\u2011\u2013\u2014\u2212"
_CYRILLIC = ("Алексей", "Светлана", "Шевченко", "Дмитрий", "Кузнецова")
_SCRIPTS = (*_CYRILLIC, "Γιώργος", "Παπαδοπούλου", "محمد", "فاطمة", "山田太郎", "김민수", "अनुराधा", "שרה")


def strangers(draw: random.Random) -> Iterator[Insertion]:
    """One insertion of each class, with what is drawn."""
    given, family, other = draw.choice(_GIVEN), draw.choice(_FAMILY), draw.choice(_GIVEN)
    word, road, firm = draw.choice(_WORDS), draw.choice(_ROADS), draw.choice(_FIRMS)
    digits = "".join(draw.choice("123456789") for _ in range(10))
    dash = draw.choice(_DASHES)
    yield from _people(given, family, other, word)
    yield from _places(road, firm, draw)
    yield from _files(digits, dash, draw)
    yield from _reached(given, family, digits, draw)
    script = draw.choice(_SCRIPTS)
    yield Insertion("another script", f"Known at home as {script}.", (script,))
    yield Insertion("another script", f"Letter from {script} {family} received.", (script, family))
    unseen = draw.choice("\u200b\u200d\u00ad\u2060")
    yield Insertion("invisible signs", f"Seen with {given[:3]}{unseen}{given[3:]} today.", (given,))
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in family)
    yield Insertion("full width", f"Copy to {wide} please.", (wide,))
    yield Insertion("over a line's end", f"The keys are with {given}\n{family} next door.", (given, family))


def _people(given: str, family: str, other: str, word: str) -> Iterator[Insertion]:
    for said, secrets in (
        (f"Her daughter {given} rang about the visit.", (given,)),
        (f"Son {given} {family} collects the tablets.", (given, family)),
        (f"Lives with {given} and {other}.", (given, other)),
        (f"Spoke to {given.lower()} on the phone.", (given,)),
        (f"Carer Ms {family} attends twice a day.", (family,)),
        (f"GP Dr {given[0]}. {family} informed.", (family,)),
        (f"Nurse {word} dressed the wound.", (word,)),
        (f"Her son {word} visits on Sundays.", (word,)),
        (f"Neighbour {given} has the key.", (given,)),
        (f"Discussed with {given}, who agrees.", (given,)),
        (f"{given} is at work until five.", (given,)),
        (f"Maiden name {family}; previously Mrs {family}.", (family,)),
        (f"Next of kin: {family.upper()}, {given}.", (family, given)),
        (f"Witnessed by {given} {family} RN.", (given, family)),
        (f"Social worker is {given} {family}-Jones.", (given, family, "Jones")),
        (f"{family}'s letter of last week was read.", (family,)),
        (f"The interpreter ({given}) was present.", (given,)),
    ):
        yield Insertion("other people", said, secrets)


def _places(road: str, firm: str, draw: random.Random) -> Iterator[Insertion]:
    number = draw.randrange(2, 180)
    for said, secrets in (
        (f"Lives on {road} Terrace, at number {number}.", (road,)),
        (f"Moved to Flat {number}B, {road} Court last month.", (road,)),
        (f"Works at {firm} Brewery as a cooper.", (firm,)),
        (f"Resident of {road} House care home.", (road,)),
        (f"Comes from {firm}, near the coast.", (firm,)),
        (f"Attends {firm} Primary School.", (firm,)),
        (f"Employed by {firm} & Sons Ltd.", (firm,)),
        (f"Found at the {road} Road bus stop.", (road,)),
    ):
        yield Insertion("places and firms", said, secrets)


def _files(digits: str, dash: str, draw: random.Random) -> Iterator[Insertion]:
    letters = "".join(draw.choice("ABCEGHJKLMNPRSTWXYZ") for _ in range(2))
    for said, secret in (
        (f"Hosp no. {letters}{digits[:7]} on the label.", digits[:7]),
        (f"Unit No: {letters[0]} {digits[:3]} {digits[3:6]} found.", f"{digits[:3]} {digits[3:6]}"),
        (f"NI number {letters} {digits[:2]} {digits[2:4]} {digits[4:6]} C given.", f"{digits[:2]} {digits[2:4]}"),
        (f"Passport {digits[:9]} was shown.", digits[:9]),
        (f"The number {digits[:3]}{dash}{digits[3:6]}{dash}{digits[6:]} was checked.", digits[6:]),
        (f"It reads {' '.join(digits)} on the card.", " ".join(digits)),
        (f"Policy {digits[:4]}/{letters}/{digits[4:8]} applies.", digits[4:8]),
        (f"Registration {letters}{digits[:2]} {letters}X parked outside.", f"{letters}{digits[:2]}"),
        ("Number is nine four three four seven six five nine one nine.", "four three four seven"),
    ):
        yield Insertion("files and numbers", said, (secret,))


def _reached(given: str, family: str, digits: str, draw: random.Random) -> Iterator[Insertion]:
    plain = "".join(sign for sign in f"{given}{family}".lower() if sign.isascii() and sign.isalpha())
    host = draw.choice(("example.org", "mail.example.com"))
    for said, secret in (
        (f"E-mail {plain} @ {host} preferred.", plain),
        (f"Write to {plain} at {host.replace('.', ' dot ')} please.", plain),
        (f"Handle @{plain}51 on the phone.", plain),
        (f"See facebook.com/{plain}.", plain),
        (f"Phone 01{digits[:3]} {digits[3:6]} {digits[6:]} ext {digits[:2]}.", digits[3:6]),
        (f"Mobile 07{digits[:3]} {digits[3:6]} {digits[6:9]}.", digits[3:6]),
        (f"Ring +44 (0)7{digits[:3]}-{digits[3:6]}-{digits[6:9]} after six.", digits[3:6]),
        (f"Bleep {digits[:4]} for results.", digits[:4]),
    ):
        yield Insertion("how to reach somebody", said, (secret,))
