"""Whether what is said of a substance or a class of substances goes for a drug."""

from functools import lru_cache

from clinical import concepts


@lru_cache(maxsize=8192)  # the same few, for every note
def covers(substance: str, drug: str) -> bool:
    """Whether the substance is the drug, an ingredient of it, or a class that it belongs to."""
    if not substance or not drug:
        return False
    if "-release " in substance and substance != drug:
        return False  # only one form of the drug is meant
    return substance == drug or concepts.same(substance, drug, "drug") or concepts.is_a(drug, substance)
