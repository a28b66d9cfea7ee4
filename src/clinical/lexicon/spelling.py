"""One spelling for what is written in several: British and American, the genitive, the plural, apostrophes and hyphens.

`key` folds a name to the form under which it is looked up. `american` folds a word for comparing; `british` gives the
British spelling of an American name.
"""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[#+&%]")
# From British to American. Both sides of a comparison are folded, so a word that nobody writes so does no harm.
_AMERICAN = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ae(?=mi[ac]|m[oai]|s|ti|c[aeu])", "e"),
        (r"(?<=h)aem", "em"),
        (r"aemi", "emi"),
        (r"oe(?=dem|soph|str|t(?:al|us)|li)", "e"),
        (r"(?<=rrh|.pn)oe", "e"),
        (r"paed", "ped"),
        (r"tumour", "tumor"),
        (r"colour", "color"),
        (r"labour", "labor"),
        (r"fibre", "fiber"),
        (r"goitre", "goiter"),
        (r"centre", "center"),
        (r"litre", "liter"),
        (r"sulph", "sulf"),
        (r"leuco(?=cyt|pen)", "leuko"),
        (r"neurone", "neuron"),
        (r"is(?=(?:e|ed|es|ing|ation|er)$)", "iz"),
        (r"phaeo", "pheo"),
        (r"amoeb", "ameb"),
        (r"[éèê]", "e"),
        (r"[öó]", "o"),
        (r"[äá]", "a"),
        (r"[üú]", "u"),
        (r"ç", "c"),
    )
)
# No word without one of these has another American spelling.
_MAYBE_BRITISH = re.compile(r"ae|oe|our|tre|sulph|leuco|neurone|is(?:e|ed|es|ing|ation|er)$|[^\x00-\x7f]")
_MAYBE_AMERICAN = re.compile(r"em|ed|es|rrhe|pne|or|fib|fe|ce|goi|iz|sulf|leuk|neu")
_BRITISH = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<!syst)(?<!acad)(?<!epid)(?<!end)(?<!pand)(?<!ch)(?<!h)emi(?=a\b|as\b|c\b)", "aemi"),
        (r"(?<!c)hem(?=[oa])", "haem"),
        (r"(?<![o])edema", "oedema"),
        (r"esophag", "oesophag"),
        (r"rrhea", "rrhoea"),
        (r"rrheic", "rrhoeic"),
        (r"pnea", "pnoea"),
        (r"tumor", "tumour"),
        (r"color(?!ect)", "colour"),
        (r"\blabor\b", "labour"),
        (r"fiber", "fibre"),
        (r"\bestr", "oestr"),
        (r"\bfetal", "foetal"),
        (r"fecal", "faecal"),
        (r"cecal", "caecal"),
        (r"celiac", "coeliac"),
        (r"goiter", "goitre"),
        (r"pediatr", "paediatr"),
        (r"anesthe", "anaesthe"),
        (r"paresthe", "paraesthe"),
        (r"(?<=[a-z]{3})iz(?=(?:e|ed|es|ing|ation|er)\b)", "is"),
        (r"sulf(?=[aoi])", "sulph"),
        (r"leuk(?=ocyt)", "leuc"),
        (r"ameb", "amoeb"),
        (r"pheochrom", "phaeochrom"),
        (r"neuron\b", "neurone"),
    )
)
# Words that end as plurals do, and are none.
_SINGULAR_ENDS = ("ss", "us", "is", "itis", "osis", "ens", "pus", "ous", "ies")
_IRREGULAR = {
    "metastases": "metastasis",
    "diagnoses": "diagnosis",
    "thromboses": "thrombosis",
    "stenoses": "stenosis",
    "keratoses": "keratosis",
    "emboli": "embolus",
    "calculi": "calculus",
    "diverticula": "diverticulum",
    "fibroids": "fibroid",
    "diabetes": "diabetes",
    "herpes": "herpes",
    "scabies": "scabies",
    "rabies": "rabies",
    "rickets": "rickets",
    "measles": "measles",
    "shingles": "shingles",
    "mumps": "mumps",
    "menses": "menses",
    "caries": "caries",
    "feces": "feces",
    "graves": "graves",
    "hives": "hives",
}


@lru_cache(maxsize=65536)
def american(word: str) -> str:
    """A word in small letters in its American spelling, for comparing: "haematuria" is "hematuria".

    Words in -ise are folded too, whether or not anybody writes them with a z, so it is for comparing, not for printing.
    """
    if _MAYBE_BRITISH.search(word):
        for pattern, replacement in _AMERICAN:
            word = pattern.sub(replacement, word)
    return word


def british(name: str) -> str:
    """An American name in its British spelling; the name itself where there is no other."""
    if not _MAYBE_AMERICAN.search(name):
        return name
    for pattern, replacement in _BRITISH:
        name = pattern.sub(replacement, name)
    return name


@lru_cache(maxsize=16384)
def word_key(word: str) -> str:
    """A word as it is compared: in small letters, American, singular, without the genitive."""
    word = word.lower().replace("’", "'").removesuffix("'s").removesuffix("s'").replace("'", "")
    return singular(american(word))


def singular(word: str) -> str:
    """A word without the ending of its plural."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(_SINGULAR_ENDS[:-1]):
        return word
    if word.endswith("ies") and len(word) > 5:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("xes", "ches", "shes", "sses")) else word[:-1]


def key(name: str) -> str:
    """A name as it is looked up: the keys of its words, apart by blanks. Takes time in proportion to its length."""
    return " ".join(word_key(word) for word in _WORD.findall(name))
