"""Numbers, addresses and the like that point at a person, found by their shape."""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from features.summaries.identity.names import both, fold, is_word
from features.summaries.shape import Profile


class Spot(NamedTuple):
    """A stretch of text to be hidden. `canonical` is what comes back where the text only comes near it."""

    start: int
    end: int
    kind: str
    weight: int
    canonical: str | None = None


_GAP = r"[\s.\-–—/()\u00a0\u2009\u202f]{0,3}"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+|\b(?<!\w-)[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
    r"\.(?:com|org|net|co\.uk|nhs\.uk|org\.uk|gov|edu)(?:/[^\s<>\"')\]]*)?",
    re.IGNORECASE,
)
_AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|GY|"
    "HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|"
    "PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_POSTCODE = re.compile(
    rf"\b(?:{_AREAS})\d[A-Z\d]?[ \u00a0]{{0,2}}\d(?!(?:ST|ND|RD|TH)\b)[ABD-HJLNP-UW-Z]{{2}}\b", re.IGNORECASE
)
_PHONES = (
    re.compile(r"(?<![\w+.])(?:\+|00)\s?[1-9](?:[\s().\-/]{0,3}\d){7,14}(?![\w])"),
    re.compile(r"(?<![\w.+-])\(?0\d{1,5}\)?(?:[ \t\u00a0.\-]{0,2}\d){5,9}(?![\w]|[.,]\d)"),
    re.compile(r"(?<![\w.+/-])(?:1[\s.-])?\(?[2-9]\d{2}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}(?![\w])"),
    re.compile(r"(?i)(?:(?<=tel)|(?<=phone)|(?<=mobile)|(?<=pager)|(?<=cell)|(?<=fax))[\s.:]{1,3}\d[\d\s.-]{4,14}\d"),
)
_TEN = re.compile(r"(?<![\w.+])\d{3}[\s.\-–\u00a0]{0,2}\d{3}[\s.\-–\u00a0]{0,2}\d{4}(?!\w|[.,]\d)")
_CARD = re.compile(r"(?<![\w.])\d(?:[ -]?\d){11,18}(?!\w|[.,]\d)")
_LONG = re.compile(r"(?<![\w.,])\d{8,}(?!\w|[.,]\d)")
_SOCIAL = re.compile(
    r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])|(?<!\w)[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D](?!\w)"
)
_NUMBERED = re.compile(
    r"(?i)\b(?:mrn|nhs|hospital|chart|account|acct|record|case|policy|insurance|medicare|medicaid|passport|"
    r"licen[cs]e|ssn|encounter|accession|unit|member|id|identifier|ref|reference)(?:\s?(?:no\b\.?|number|num|id|\#))?"
    r"(?P<join>\s?[:#=]\s?|\s(?=[A-Z]{0,4}-?\d{4,}))(?P<value>[A-Z]{0,5}[-/]{0,2}\d[A-Z\d]*(?:[-/]+[A-Z\d]+)*)(?!\w)"
)
_PATIENT_ID = re.compile(r"(?i)\b(?:patient|pt|subject|person)(?:-{1,2}|_|#)\d+\b")
STREETS = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|place|pl|crescent|cres|terrace|way|square|sq|gardens|gdns|"
    "grove|hill|boulevard|blvd|mews|row|walk|parade|"
    "highway|hwy|parkway|pkwy|circle|trail"
)
_STREET = re.compile(
    r"\b(?:(?:flat|apt\.?|apartment|unit|suite)\s\w{1,4},?\s)?"
    rf"\d{{1,5}}[A-Za-z]?,?\s(?:[A-Z][\w'’]+\s){{1,3}}(?i:{STREETS})\b\.?"
)
_SHAPES = (
    ("EMAIL", 8, _EMAIL),
    ("URL", 5, _URL),
    ("POSTCODE", 5, _POSTCODE),
    ("ADDRESS", 4, _STREET),
    ("ID", 6, _SOCIAL),
    ("ID", 6, _PATIENT_ID),
)
_SAME = {
    "street": "st", "road": "rd", "avenue": "ave", "lane": "ln", "drive": "dr", "court": "ct", "place": "pl",
    "crescent": "cres", "square": "sq", "gardens": "gdns", "boulevard": "blvd", "apartment": "apt",
    "saint": "st", "mount": "mt",
}  # fmt: skip
_MONTHS = [name.lower() for name in calendar.month_name[1:]]


def spots(text: str) -> Iterator[Spot]:
    """What points at a person by its shape alone."""
    for kind, weight, pattern in _SHAPES:
        for match in pattern.finditer(text):
            written = match[0].rstrip(".,;:") if kind == "URL" else match[0]
            yield Spot(match.start(), match.start() + len(written), kind, weight)
    yield from _numbers(text)
    for pattern in _PHONES:
        for match in pattern.finditer(text):
            start = match.end() - len(match[0].lstrip(" .:\t\n"))
            if 6 <= sum(character.isdigit() for character in match[0]) <= 15 and not _is_date(match[0]):
                yield Spot(start, match.end(), "PHONE", 4)


def _numbers(text: str) -> Iterator[Spot]:
    for match in _NUMBERED.finditer(text):
        if sum(character.isdigit() for character in match["value"]) >= 3:
            yield Spot(*match.span("value"), "ID", 5)
    for match in _TEN.finditer(text):
        if _is_nhs("".join(filter(str.isdigit, match[0]))):
            yield Spot(*match.span(), "NUMBER", 5)
    for match in (*_CARD.finditer(text), *_LONG.finditer(text)):
        if not _is_date(match[0]):
            yield Spot(*match.span(), "ID", 3)


def _is_date(text: str) -> bool:
    return (
        re.fullmatch(
            r"\s*(?:(?:19|20)\d\d[-/. ]?\d\d[-/. ]?\d\d(?:[T ]?\d\d:?\d\d(?::?\d\d)?)?"
            r"|\d\d[-/.]\d\d[-/.](?:19|20)?\d\d)\s*",
            text,
        )
        is not None
    )


def _is_nhs(digits: str) -> bool:
    """Whether the tenth digit is the check digit of the first nine, by the NHS Data Dictionary's modulus 11."""
    check = 11 - sum(int(digit) * (10 - at) for at, digit in enumerate(digits[:9])) % 11
    return len(set(digits)) > 1 and (0 if check == 11 else check) == int(digits[9])


def known(profile: Profile) -> list[tuple[re.Pattern[str], str, str]]:
    """Patterns for what is known of the patient: where it stands, its kind, and how it is written properly."""
    found: list[tuple[re.Pattern[str], str, str]] = []
    for kind, value in (
        ("NHS_NUMBER", profile.nhs_number),
        ("MRN", profile.mrn),
        *(("ID", one) for one in profile.identifiers),
    ):
        if value and len(re.sub(r"\W", "", value)) >= 3:
            found.append((_spread(value), kind, value))
    if profile.phone:
        found.extend((pattern, "PHONE", profile.phone) for pattern in _phone(profile.phone))
    if profile.email:
        found.append(
            (
                re.compile(
                    r"(?<![\w.+-])"
                    + re.sub(r"(?:\\?[@.])", lambda m: rf"\s?{m[0]}\s?", re.escape(profile.email))
                    + r"(?![\w])",
                    re.IGNORECASE,
                ),
                "EMAIL",
                profile.email,
            )
        )
    for line in profile.address:
        pattern = _address(line)
        if pattern:
            found.append((pattern, "POSTCODE" if re.fullmatch(_POSTCODE, line.strip()) else "ADDRESS", line.strip()))
    found.extend((pattern, "DOB", profile.date_of_birth.isoformat()) for pattern in _birthday(profile.date_of_birth))
    return found


def _spread(value: str) -> re.Pattern[str]:
    """A number in any grouping."""
    signs = [re.escape(sign) for sign in value if sign.isalnum()]
    return re.compile(r"(?<!\w)" + _GAP.join(signs) + r"(?!\w)", re.IGNORECASE)


def _phone(phone: str) -> Iterator[re.Pattern[str]]:
    digits = re.sub(r"\D", "", phone)
    digits = digits.removeprefix("00") if digits.startswith("00") else digits
    international = phone.strip().startswith(("+", "00"))
    national = digits
    if international:
        for code in ("44", "1", "351", "353", "33", "49", "34", "39", "91", "86", "61"):
            if digits.startswith(code):
                national = digits.removeprefix(code)
                break
    national = national.lstrip("0") if len(national.lstrip("0")) >= 6 else national
    body = _GAP.join(national)
    yield re.compile(rf"(?<![\w])(?:(?:\+|00){_GAP}(?:\d{_GAP}){{1,3}})?(?:\(?0\)?{_GAP})?\(?{body}(?!\d)")


def _address(line: str) -> re.Pattern[str] | None:
    words = re.findall(r"[\w'’]+", line)
    if not words or (len(words) == 1 and (len(words[0]) < 3 or words[0].isdigit())):
        return None
    if re.fullmatch(_POSTCODE, line.strip()):
        return re.compile(
            r"(?<!\w)" + r"[\s.-]{0,3}".join(re.escape(sign) for sign in line if sign.isalnum()) + r"(?!\w)",
            re.IGNORECASE,
        )
    pieces = [_piece(word) for word in words]
    number = re.fullmatch(r"\d+[A-Za-z]?", words[0]) is not None and len(words) > 2
    head = rf"(?:{pieces[0]}[\s,.-]{{1,4}})?" if number else ""
    body = r"[\s,.-]{1,4}".join(pieces[1:] if number else pieces)
    careful = len(words) == 1 and (fold(words[0]) in both() or is_word(fold(words[0])))
    flags = re.NOFLAG if careful else re.IGNORECASE
    if careful:
        body = rf"(?<=\b[a-z]{{2}} ){body.replace('(?i:', '(?:')}|(?<=, ){body.replace('(?i:', '(?:')}"
    return re.compile(rf"(?<!\w)(?:{head}(?:{body}))(?!\w)", flags)


def _piece(word: str) -> str:
    lower = word.lower()
    names = {lower, _SAME.get(lower, lower), *(name for name, short in _SAME.items() if short == lower)}
    if len(names) == 1:
        return re.escape(word).replace("'", "['’]?").replace("’", "['’]?")
    return "(?:" + "|".join(sorted(map(re.escape, names | {word}), key=len, reverse=True)) + r")\b\.?"


_TENS = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty", 6: "sixty", 7: "seventy", 8: "eighty", 9: "ninety"}
_ONES = [
    "oh",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]


def spelt_day(day: int) -> str:
    """A pattern for a day of the month in words: "fourth", "twenty-first"."""
    if day <= 20:
        return _ORDINALS[day]
    return "thirtieth" if day == 30 else rf"{_TENS[day // 10]}[\s-]?{_ORDINALS[day % 10]}"


def spelt_year(year: int) -> str:
    """A pattern for a year in words: "nineteen fifty-one", "two thousand and three"."""
    high, low = divmod(year, 100)
    two = _spelt(low) if low >= 10 else rf"(?:oh|hundred and|o)[\s-]{_ONES[low]}"
    said = rf"{_spelt(high)}[\s-](?:hundred\sand\s)?{two}"
    if 2000 <= year < 2010:
        return rf"(?:{said}|two\sthousand(?:\sand)?\s{_ONES[low]})" if low else r"two\sthousand"
    return said


def _spelt(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return rf"{_TENS[tens]}[\s-]?{_ONES[ones]}" if ones else _TENS[tens]


def _birthday(day: date) -> Iterator[re.Pattern[str]]:
    year, month, number = f"(?:{day.year}|'?{day.year % 100:02})", f"0?{day.month}", f"0?{day.day}"
    name = _MONTHS[day.month - 1]
    names = rf"(?:{name}|{name[:3]}|{name[:4]})\.?"
    join = r"\s?[-/. ]\s?"
    yield re.compile(rf"(?<![\d/.-]){day.year}{join}{month}{join}{number}(?![\d/-])")
    yield re.compile(rf"(?<!\d){day.year}{day.month:02}{day.day:02}(?!\d)")
    yield re.compile(rf"(?<![\d/.-]){number}{join}{month}{join}{year}(?![\d/-])")
    yield re.compile(rf"(?<![\d/.-]){month}{join}{number}{join}{year}(?![\d/-])")
    yield re.compile(rf"(?i)(?<!\d){number}(?:st|nd|rd|th)?[\s.-]{{1,2}}(?:of\s)?{names},?[\s.-]{{1,2}}{year}(?!\d)")
    yield re.compile(rf"(?i)\b{names}\s{number}(?:st|nd|rd|th)?,?\s{year}(?!\d)")
    days = rf"(?:{number}(?:st|nd|rd|th)?|{spelt_day(day.day)})"
    years = rf"(?:{year}|{spelt_year(day.year)})"
    join = r"[\s,.\-/]{1,3}"
    yield re.compile(rf"(?i)\b(?:the\s)?{days}(?:\sday)?{join}(?:of\s)?{names}{join}(?:in\s)?{years}\b")
    yield re.compile(rf"(?i)\b{names}{join}(?:the\s)?{days}{join}(?:in\s)?{years}\b")
    # Without the year, a day that is called a birthday; and the year of birth where it is called that.
    yield re.compile(
        rf"(?i)(?:birthday|born|dob|birth)\W{{1,4}}(?:\w+\s){{0,3}}?(?:the\s)?{days}{join}(?:of\s)?{names}\b(?!\W{{0,3}}\d)"
    )
    yield re.compile(rf"(?i)(?<=born in ){years}\b")
