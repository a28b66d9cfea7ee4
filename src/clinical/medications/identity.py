"""What a medicine is called that a note names: its ingredient, and the name as it is written."""

from clinical.lexicon.vocabulary import drugs
from clinical.medications.drug_names import Name
from clinical.medications.salts import without_salt
from clinical.note import Note

# A name that is cut short has more letters than an abbreviation.
_CUT = 3


def identity_of(note: Note, name: Name) -> tuple[str, str]:
    """The ingredient, and the name as written in lower case."""
    written = " ".join(note.text[name.start : name.end].lower().split())
    known = drugs().get(name.term.name)
    if known is None:
        return name.term.name if name.term.kind == "class" else written, written
    if name.term.name != written and name.term.name.startswith(written):
        written = name.term.name  # "omepraz" is written out
    if name.term.name == known.ingredient and len(written) < _CUT:
        written = name.term.name  # "Mg"
    ingredient = without_salt(known.ingredient)
    if ingredient.startswith(written) and len(written) > _CUT:
        return ingredient, ingredient  # "atorva" is cut short, and written out
    # A brand or "HCTZ" is another name of its substance; paracetamol is one itself, which elsewhere is acetaminophen.
    salted = without_salt(name.term.name.lower()) != name.term.name.lower()  # "ferrous sulphate" is one name
    own = written if salted else without_salt(written)
    return ingredient if known.brand or name.term.name.isupper() else own, written
