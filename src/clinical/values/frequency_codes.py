"""How frequencies are written: Latin, English, British and American, codes and words."""

from collections.abc import Iterable

from clinical.values.frequency_parts import (
    DAY_LIST,
    DAY_OF,
    DIALYSIS_DAYS,
    HOURS,
    MEAL,
    RANGE,
    SPAN,
    Kind,
    N,
    Part,
    always,
    at_part,
    both_ends,
    clock,
    dialysis_days,
    glued,
    interval,
    limited,
    meals,
    named_days,
    positions,
    rate,
    rule,
    times,
    up_to,
    weekdays,
    written_short,
)
from clinical.values.scanning import Rule
from clinical.values.schedules import Schedule, every_hours, per_day

# "Lasted a month", "for over a year": how long, and not how often.
_NO_SPAN = "".join(
    rf"(?<!{word}\s)"
    for word in (
        "about",
        "for",
        "over",
        "in",
        "within",
        "of",
        "than",
        "last",
        "lasted",
        "after",
        "nearly",
        "almost",
        "held",
        "off",
        "paused",
        "omitted",
        "missed",
        "withheld",
        "stopped",
    )
)


def rules() -> list[Rule[Part]]:
    """Every way of writing a frequency."""
    return [*_rates(), *_codes(), *_days(), *_parts_of_day(), *_at_meals(), *_needs()]


def _rates() -> Iterable[Rule[Part]]:
    per = r"\s?(?:a|an|per|/|each|every|in\s(?:a|the|one)|in|times?\sa)?\s?"
    yield rule("every each", rf"(?:every|each)\s{RANGE}\s?-?(?P<p>{SPAN})", interval)
    yield rule("every each", r"(?<!less\s)(?<!more\s)(?:every|each)(?P<n>)\s(?P<p>hour|day|week|month|year)", interval)
    yield rule("q", rf"q\.?\s?{RANGE}\s?-?(?P<p>{SPAN}|{HOURS})\.?", interval)
    yield rule("q", r"q\.?\s?(?P<n>)(?P<p>hours?|hr|h|day|week|wk|month|mo)", interval)
    yield rule("#", rf"{RANGE}\s?-?\s?(?P<p>hourly|hrly|weekly|wkly|monthly|mthly)", interval)
    yield rule("#", rf"{RANGE}\s?-?\s?(?P<p>hours?)(?=\s(?:prn|as needed|as required|if))", interval)
    yield rule(
        "# once twice thrice one",
        rf"(?P<n>once|twice|thrice|{RANGE.replace('?P<n>', '?:')}(?=\s?(?:times?|x)|\s?/|\s(?:a"
        rf"|per|each|every)\s))[\s-]?(?:times?|x|doses?(?=\s(?:a|per)\s))?[\s-]?{per}"
        r"(?P<p>day|daily|d|week|weekly|wk|month|monthly|mo|year|yearly|annually|hour|24[\s-]?h(?:ou)?rs?)",
        times,
    )
    yield rule("#", r"(?P<n>\d{1,2})/(?P=n)\s?(?P<p>h(?:rs?)?)", interval)
    yield rule("#", r"(?P<n>\d{1,2})/(?P<p>7|52|12)(?:ly|-?hly)", interval)
    yield rule("x", rf"x\s?(?P<n>{N})\s?(?:/|per\s|a\s)\s?(?P<p>day|d|week|wk|month|mth)", times)
    yield rule("#", r"(?P<n>1|one)\s(?P<p>daily)(?!\s(?:dose|mg))", times)
    yield rate(
        "twice",
        r"twice\s(?:nightly|at\snight|a\snight|per\snight)",
        "twice nightly",
        Schedule(least=2.0, most=2.0, parts=frozenset({"night"})),
    )
    yield rule(
        "up to",
        (
            rf"(?:up\s)?to\s(?P<n>once|twice|thrice|{N}(?=\s?(?:times?|x)))[\s-]?(?:times?"
            rf"|x)?[\s-]?{per}(?P<p>day|daily|week|weekly)"
        ),
        up_to,
    )
    yield rate(
        "every each alternate on qod q eod second qad alt",
        r"(?:on\s)?(?:every|each)\s(?:other|second|2nd|alternate)\s(?:day|night|morning|evening)"
        r"|(?:on\s)?(?:alternate|alternating|alt)\.?[\s-](?:days?|nights?|mornings?)|"
        r"q\.?o\.?d\.?|eod|e\.o\.d\.?|qad|every\sother\sday|q\s?2\s?d",
        "every other day",
        every_hours(48),
    )
    yield rate(
        "every each alternate on fortnightly once q fortnight per",
        (
            r"(?:every|each)\s(?:other|second|2nd|alternate)\s(?:week|wk)|(?:on\s)?alternate\sweeks?"
            r"|(?:once\s)?fortnightly|(?:once\s)?(?:every|each|a|per)\s(?:fortnight|two\sweeks)"
            r"|q2wk?s?|qow"
        ),
        "every 2 weeks",
        every_hours(336),
    )
    yield rate(
        "every each once", r"(?:once\s)?(?:every|each)\sother\smonth|bimonthly", "every 2 months", every_hours(1461)
    )
    yield rate("biweekly bi twice", r"bi-?weekly", "biweekly", Schedule(ambiguous="biweekly"))
    yield rate("alternate every", r"(?:alternate|every\ssecond)\smonths?", "every 2 months", every_hours(1461))
    for unit in ("day", "night", "morning", "evening", "week"):
        yield rate("most", rf"most\s{unit}s", f"most {unit}s", Schedule())
    yield rate("quarterly every", r"quarterly", "every 3 months", every_hours(3 * 730.5))


def _codes() -> Iterable[Rule[Part]]:
    once, twice, three, four = (per_day(float(number)) for number in (1, 2, 3, 4))
    yield rate("b bid bd bds bis twice", r"b\.?\s?i\.?\s?d\.?|bds?|b\.d\.s?\.?|bis\sin\sdie|b/d", "twice daily", twice)
    yield rate("t tid tds ter", r"t\.?i\.?d\.?|tds|t\.d\.s\.?|ter\sdie\ssumendus|t/d/s", "three times daily", three)
    yield rate("q qid qds", r"q\.?i\.?d\.?|qds|q\.d\.s\.?|q/d/s", "four times daily", four)
    yield rate(
        "q qd qday od o daily dly once everyday every each per a d / in",
        (
            r"q\.?d\.?|q\.?\s?day|o\.d\.?|dly|(?:once[\s-](?:a[\s-])?)?(?<!total\s)daily(?!\s(?:living|life|activit))"
            r"|everyday|every\s(?:single\s)?day|each\sday|per\sday|(?<!for\s)(?<!about\s)(?<!within\s)a\sday(?!\s(?:ago|later|or|before"
            r"|after|off|case|ward|unit|hospital|cent))|in\s24\s?(?:h|hrs?|hours?)|/\s?(?:day|d)"
            r"|/\s?24\s?(?:h|hrs?|hours?)|per\s24\s?(?:h|hrs?|hours?)|once\severy\sday|per\sdiem|o/d"
        ),
        "once daily",
        once,
    )
    yield rate("od", r"(?:OD|od|Od)", "once daily", once, 0)
    for code, words, meaning in (
        ("bd bds bid", "twice daily", twice),
        ("tds tid", "three times daily", three),
        ("qds qid", "four times daily", four),
        ("od", "once daily", once),
    ):
        yield glued(code, always(Kind.RATE, words, meaning))
    yield rate(
        "weekly qweek qwk q every each per a once / wkly",
        (
            r"once[\s-](?:a[\s-])?weekly|weekly|wkly|(?<!less\s)(?<!more\s)(?:every|each)\sweek|per\sweek"
            rf"|{_NO_SPAN}a\sweek(?!\s(?:ago|later|or|before|after|off|of))"
            r"|q\.?\s?(?:week|wk|w)|once\severy\sweek|/\s?(?:week|wk)"
        ),
        "once weekly",
        per_day(1 / 7),
    )
    yield rate(
        "monthly mthly qmonth q every each per a once / qmo",
        (
            r"(?:once[\s-])?monthly|mthly|every\smonth|each\smonth|per\smonth|q\.?\s?month|qmo|/\s?month"
            rf"|(?<!days\s){_NO_SPAN}a\smonth(?!\s(?:ago|later|or|before|after|off|of))"
        ),
        "once monthly",
        every_hours(730.5),
    )
    yield rate(
        "yearly annually every once per a",
        (
            r"(?:once[\s-])?(?:yearly|annually)|every\syear|each\syear|per\syear|per\sannum"
            rf"|{_NO_SPAN}a\syear(?!\s(?:ago|later|or|before|after|off|of))"
        ),
        "once yearly",
        every_hours(8766),
    )
    yield rate("hourly every q", r"hourly|every\shour|q1h|qh", "every hour", every_hours(1))
    yield rate("every", r"every\sfew\shours", "every few hours", Schedule(least=4.0, most=12.0))
    yield rate(
        "single one once stat x now immediately a im",
        (
            r"(?:a\s)?single\sdose|one\sdose(?!\s(?:a|per|every|daily))|once\sonly"
            r"|one[-\s]time(?:\sdose)?|one[-\s]off(?:\sdose)?|stat(?:\sdose)?"
            r"|x\s?1(?![\d/.])(?!\s?(?:days?|d|weeks?|wks?|months?|mths?|mo|tab|cap|puff|amp|neb))|once\snow|now\sx\s?1"
            r"|a\sstat\sdose|just\sonce|once(?=\s*(?:[.,;)\n]|\Z|for\b|today\b|tonight\b|given\b))"
        ),
        "once",
        Schedule(once=True),
    )
    yield rate(
        "continuous continuously over",
        r"continuous(?:ly)?(?:\sinfusion)?|over\s24\s?(?:h|hrs?|hours?)",
        "continuously",
        Schedule(continuous=True),
    )
    yield rate("five", r"five\stimes\s(?:daily|a\sday)", "five times daily", per_day(5.0))


def _days() -> Iterable[Rule[Part]]:
    names = " ".join(DAY_OF)
    yield rule("m mwf", r"m\s?[/,]?\s?w\s?[/,]?\s?f", lambda _: weekdays((0, 2, 4)))
    yield rule("t tts tu", r"tts|tu?\s?/\s?th\s?/\s?sa?", lambda _: weekdays((1, 3, 5)))
    yield rule(f"on every each {names}", rf"(?P<on>on\s|every\s|each\s)?(?P<days>{DAY_LIST})", named_days)
    yield rule("on weekends weekend", r"(?:on|at)?\s?(?:the\s)?weekends(?:\sonly)?", lambda _: weekdays((5, 6)))
    yield rule("on weekdays", r"(?:on\s)?weekdays(?:\sonly)?", lambda _: weekdays(range(5)))
    yield rule(
        "on school only", r"(?:on\s|only\son\s)?school\sdays(?:\sonly)?", always(Kind.DAYS, "school days", Schedule())
    )
    yield rule("on dialysis hd after post non haemodialysis hemodialysis", DIALYSIS_DAYS, dialysis_days)
    yield rule(
        "other all on the rest remaining",
        r"(?:on\s)?(?:all\s|the\s)?(?:the\s)?other\sdays|(?:on\s)?(?:the\s)?(?:rest\sof\sthe\sweek|remaining\sdays)",
        always(Kind.DAYS, "other days", Schedule()),
    )


def _parts_of_day() -> Iterable[Rule[Part]]:
    yield rule(
        "q qhs hs h at before bedtime nightly every when bed just",
        (
            r"q\.?\s?h\.?s\.?|hs|h\.s\.?|(?:at|before|prior\sto|near)\s(?:going\sto\s)?bed[\s-]?time"
            r"|(?:at|before)\s(?:going\sto\s)?bed|nightly|bedtime|every\sbedtime|when\sgoing\sto\sbed"
        ),
        at_part("night", "at bedtime"),
    )
    yield rule(
        "nocte every at each night nighttime noct qnight n last in",
        r"noc?te?|(?:every|each)\snight|at\snight(?:[\s-]?time)?|night[\s-]?time|q\.?night|o\.n\.?|of\sa\snight",
        at_part("night"),
    )
    for part, names in (("morning", "mornings?"), ("evening", "evenings?"), ("night", "nights?")):
        yield rule(part, names, written_short(part))
    yield rule("on", r"[oO][nN](?!\s?/\s?\d)", written_short("night"))
    yield rule("om", r"[oO][mM]", written_short("morning"))
    yield glued("om mane", at_part("morning"))
    yield glued("on nocte", at_part("night"))
    yield rule(
        "mane q qam every each in morning am mornings om o first",
        (
            r"q\.?\s?a\.?m\.?|(?:every|each)\s(?:morning|am)|in\sthe\s(?:mornings?|am|a\.m\.)|mane"
            r"|mornings|o\.m\.?|first\sthing(?:\sin\sthe\smorning)?|of\sa\smorning"
        ),
        at_part("morning"),
    )
    yield rule(
        "am",
        r"(?<!tomorrow\s)(?<!this\s)(?<!This\s)(?<!from\s)(?<!till\s)(?<!until\s)(?:am|AM)(?=\s*(?:[.,;)\]\n+&]|and\b|$))",
        at_part("morning"),
        0,
    )
    yield rule(
        "pm",
        r"(?<!tomorrow\s)(?<!this\s)(?<!This\s)(?<!from\s)(?<!till\s)(?<!until\s)(?:pm|PM)(?=\s*(?:[.,;)\]\n]|$))",
        at_part("evening"),
        0,
    )
    yield rule(
        "q qpm every each in evenings evening at vespere",
        (
            r"q\.?\s?p\.?m\.?|(?:every|each)\s(?:evening|pm)|in\sthe\s(?:evenings?|pm|p\.m\.)|evenings"
            r"|vespere"
        ),
        at_part("evening"),
    )
    yield rule("at teatime tea", r"(?:at\s)?tea[\s-]?time", at_part("evening", "at teatime"))
    yield rule(
        "on upon at when first",
        r"(?:up)?on\s(?:a)?waking(?:\sup)?|(?:up)?on\s(?:a)?rising|when\s(?:\w+\s)?wakes(?:\sup)?|on\sgetting\sup",
        at_part("morning", "on waking"),
    )
    yield rule("mid midmorning", r"mid[\s-]?morning", at_part("morning", "mid-morning"))
    yield rule("mid midafternoon", r"mid[\s-]?afternoon", at_part("afternoon", "mid-afternoon"))
    yield rule(
        "at midday noon lunchtime every",
        r"at\s(?:mid-?day|noon|lunch[\s-]?time)|midday|noon|lunch[\s-]?time",
        at_part("midday"),
    )
    yield rule("in every each afternoons at", r"in\sthe\safternoons?|(?:every|each)\safternoon", at_part("afternoon"))
    yield rule(
        "# morning am mane om every each in",
        (
            r"(?:(?:every|each|in\sthe)\s)?(?:mornings?|a\.?m\.?|mane)\s?(?:and|&|\+"
            r"|/)\s?(?:(?:in\sthe|every|each|at)\s)?(?:evenings?|nights?|p\.?m\.?|nocte|bedtime)"
        ),
        both_ends,
    )
    yield rule(
        "at @",
        (
            r"(?:at\s|@\s?)(?P<times>\d{1,2}(?:[:.]\d\d|\s?[ap]\.?m\b"
            r"|\d\d\s?h(?:rs?)?\b)(?:\s?[ap]\.?m\b)?(?:\s?(?:,\s?and|,|and|&"
            r"|/)\s?\d{1,2}(?:[:.]?\d\d)?(?:\s?[ap]\.?m\b|\s?h(?:rs?)?\b)?"
            r"(?!\d|[.,]\d|\s?(?:mg|mcg|micrograms?|g|ml|units?|u|iu|mmol|tab\w*|cap\w*|puffs?)\b)){0,5})"
        ),
        clock,
    )
    yield rule("#", r"[0-4½](?:\s?-\s?[0-4½]){2,3}(?![\d-]|\s?(?:mg|mcg|ml|units|g)\b|/)", positions)


def _at_meals() -> Iterable[Rule[Part]]:
    yield rule(
        "with cc w",
        rf"(?:with|w/?)\s(?:(?:a|each|every|the|his|her|their|all|some)\s)?(?P<meal>{MEAL})|with\smeals|c\.c\.",
        meals("with"),
    )
    yield rule("at", r"at\s(?P<meal>breakfast|lunch|dinner|supper|tea)", meals("with"))
    yield rule(
        "before ac a qac pre half #",
        (
            rf"(?:(?:\d{{1,2}}|thirty|half an)\s?(?:minutes?|mins?|hour)\s)?(?:before|prior\sto"
            rf"|pre)[\s-](?:(?:a|each|every|the|his|her)\s)?(?P<meal>{MEAL})|q?ac|a\.c\.?|pre-?meals?"
            r"|pre-?prandial(?:ly)?"
        ),
        meals("before"),
    )
    yield rule(
        "after pc p post",
        (
            rf"(?:after|following|post)[\s-](?:(?:a|each|every|the|his|her)\s)?(?P<meal>{MEAL})"
            r"|p\.c\.?|pc(?=\s*(?:[.,;)]|$))|post-?prandial(?:ly)?"
        ),
        meals("after"),
    )
    yield rule(
        "on empty", r"on\san\sempty\sstomach", always(Kind.MEALS, "on an empty stomach", Schedule(meals="empty"))
    )


def _needs() -> Iterable[Rule[Part]]:
    yield rule(
        "p prn as when if on only sos whenever used for",
        (
            r"(?:only\s)?(?:p\.?\s?r\.?\s?n\.?|as[\s-](?:needed|required|necessary|req'?d)"
            r"|when(?:ever)?\s(?:needed|required|necessary)|if\s(?:needed|required|necessary)|"
            r"on\san?\s(?:as[\s-]needed|prn|as[\s-]required)(?:\sbasis)?|s\.?o\.?s\.?(?=\s|[.,;)]|$)"
            r"|as\sand\swhen(?:\s(?:needed|required))?)"
        ),
        always(Kind.NEED, "as needed", Schedule(as_needed=True)),
    )
    yield rule(
        "now from once some occasionally occasional occ rarely sometimes",
        r"(?:every )?now\s(?:and|&)\s(?:again|then)|from\stime\sto\stime|once\sin\sa\swhile|occasional(?:ly)?|occ\b\.?|"
        r"rarely(?=\sus)|sometimes",
        always(Kind.NEED, "occasionally", Schedule(as_needed=True)),
    )
    many = rf"(?P<n>{RANGE.replace('?P<n>', '?:')})"
    yield rule(
        "max maximum no not up to limit do",
        (
            r"\(?(?:max(?:imum)?\.?(?:\s(?:of|dose))?:?|no\smore\sthan|not\s(?:to\sexceed|more\sthan)"
            rf"|do\snot\s(?:exceed|take\smore\sthan))\s{many}(?P<what>\s(?:doses?|tablets?|tabs?"
            r"|capsules?|puffs?|times?|sachets?)|x)?\s?(?:a|per|in|/|every|in\s(?:a|any|one))\s?(?:day"
            r"|d|24\s?(?:h|hrs?|hours?)(?:\speriod)?|daily)\)?|max(?:imum)?\.?:?\s(?P<n3>\d)/(?:7|day"
            r"|24h?)"
        ).replace("|max(?:imum)?\\.?:?\\s(?P<n3>\\d)/(?:7|day|24h?)", ""),
        limited,
    )
