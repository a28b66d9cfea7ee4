"""Names are searched by a key of their own, in which every script's words hold together.

pg_trgm takes a vowel sign for the end of a word, so "प्रिया" was three words of one letter each. And a name that is
written both "Jörg" and "Joerg" was two names.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LIVE = sa.text("deleted_at IS NULL")

# Marks that people write or leave out: accents, the points of Hebrew, the vowel points of Arabic and Syriac, variation
# selectors; with them the stroke that lengthens Arabic words, and the joiners.
OPTIONAL = (
    "0300-036F 0483-0489 0591-05BD 05BF 05C1-05C2 05C4-05C5 05C7 0610-061A 0640 064B-065F 0670 06D6-06DC 06DF-06E4 "
    "06E7-06E8 06EA-06ED 0711 0730-074A 07EB-07F3 0816-0819 081B-0823 0825-0827 0829-082D 0859-085B 08CA-08E1 "
    "08E3-08FF 1AB0-1ACE 1DC0-1DFF 200C-200D 20D0-20F0 FE00-FE0F FE20-FE2F"
)
# Marks that are letters to those who write them: the vowel signs, viramas and tone marks of scripts in use today.
LETTERS = (
    "07A6-07B0 0900-0903 093A-093C 093E-094F 0951-0957 0962-0963 0981-0983 09BC 09BE-09C4 09C7-09C8 09CB-09CD 09D7 "
    "09E2-09E3 09FE 0A01-0A03 0A3C 0A3E-0A42 0A47-0A48 0A4B-0A4D 0A51 0A70-0A71 0A75 0A81-0A83 0ABC 0ABE-0AC5 "
    "0AC7-0AC9 0ACB-0ACD 0AE2-0AE3 0AFA-0AFF 0B01-0B03 0B3C 0B3E-0B44 0B47-0B48 0B4B-0B4D 0B55-0B57 0B62-0B63 0B82 "
    "0BBE-0BC2 0BC6-0BC8 0BCA-0BCD 0BD7 0C00-0C04 0C3C 0C3E-0C44 0C46-0C48 0C4A-0C4D 0C55-0C56 0C62-0C63 0C81-0C83 "
    "0CBC 0CBE-0CC4 0CC6-0CC8 0CCA-0CCD 0CD5-0CD6 0CE2-0CE3 0D00-0D03 0D3B-0D3C 0D3E-0D44 0D46-0D48 0D4A-0D4D 0D57 "
    "0D62-0D63 0D81-0D83 0DCA 0DCF-0DD4 0DD6 0DD8-0DDF 0DF2-0DF3 0E31 0E34-0E3A 0E47-0E4E 0EB1 0EB4-0EBC 0EC8-0ECE "
    "0F18-0F19 0F35 0F37 0F39 0F3E-0F3F 0F71-0F84 0F86-0F87 0F8D-0F97 0F99-0FBC 0FC6 102B-103E 1056-1059 105E-1060 "
    "1062-1064 1067-106D 1071-1074 1082-108D 108F 109A-109D 135D-135F 1712-1715 1732-1734 1752-1753 1772-1773 "
    "17B4-17D3 17DD 1885-1886 18A9 1920-192B 1930-193B 1A17-1A1B 1A55-1A5E 1A60-1A7C 1A7F 1B00-1B04 1B34-1B44 "
    "1B6B-1B73 1B80-1B82 1BA1-1BAD 1BE6-1BF3 1C24-1C37 1CD0-1CD2 1CD4-1CE8 1CED 1CF4 1CF7-1CF9 2D7F 3099-309A "
    "A6F0-A6F1 A802 A806 A80B A823-A827 A82C A880-A881 A8B4-A8C5 A8E0-A8F1 A8FF A926-A92D A947-A953 A980-A983 "
    "A9B3-A9C0 A9E5 AA29-AA36 AA43 AA4C-AA4D AA7B-AA7D AAB0 AAB2-AAB4 AAB7-AAB8 AABE-AABF AAC1 AAEB-AAEF AAF5-AAF6 "
    "ABE3-ABEA ABEC-ABED 10D24-10D27 11100-11102 11127-11134 11145-11146 114B0-114C3 11D31-11D36 11D3A 11D3C-11D3D "
    "11D3F-11D45 11D47 11D8A-11D8E 11D90-11D91 11D93-11D97 16B30-16B36 1E130-1E136 1E2AE 1E2EC-1E2EF 1E944-1E94A"
)
# What stands for such a mark in a key: a syllable of Hangul, which every PostgreSQL takes for a letter.
FIRST_SYLLABLE = 0xAC00


def _characters(ranges: str) -> str:
    bounds = [(part.split("-")[0], part.split("-")[-1]) for part in ranges.split()]
    return "".join(chr(code) for first, last in bounds for code in range(int(first, 16), int(last, 16) + 1))


def _class(ranges: str) -> str:
    """The ranges as a class of a regular expression, in ASCII."""
    escaped = ["-".join(f"\\U{int(bound, 16):08X}" for bound in part.split("-")) for part in ranges.split()]
    return f"[{''.join(escaped)}]"


def _functions() -> tuple[str, ...]:
    marks = _characters(LETTERS)
    syllables = "".join(chr(FIRST_SYLLABLE + place) for place in range(len(marks)))
    # Written as SQL, not as text: what they name is looked up now, and holds under any search_path.
    return (
        # "ä", "ae" and "a" are one, and so are "ö", "ø", "oe" and "o", "ü", "ue" and "u", "å", "aa" and "a".
        r"""
CREATE FUNCTION rounds_one_vowel(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace($1, '(a)[ae]+|([ou])e+', '\1\2', 'g')
""",
        f"""
CREATE FUNCTION rounds_marks_as_letters(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN $1 ~ '{_class(LETTERS)}' THEN translate($1, '{marks}', '{syllables}') ELSE $1 END
""",
        f"""
CREATE FUNCTION rounds_search_key(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN rounds_one_vowel(
    CASE WHEN octet_length($1) = char_length($1) THEN lower($1)
    ELSE rounds_marks_as_letters(
        rounds_fold(normalize(regexp_replace(normalize($1, NFD), '{_class(OPTIONAL)}', '', 'g'), NFC))
    ) END
)
""",
    )


def upgrade() -> None:
    for function in _functions():
        op.execute(sa.text(function.replace(":", "\\:")))
    op.add_column(
        "patient",
        sa.Column(
            "search_key", sa.Text(collation="C"), sa.Computed("rounds_search_key(name)", persisted=True), nullable=False
        ),
    )
    op.create_index(
        "ix_patient_search_key_trigrams",
        "patient",
        ["search_key"],
        postgresql_using="gin",
        postgresql_ops={"search_key": "gin_trgm_ops"},
        postgresql_where=LIVE,
    )
    op.drop_index("ix_patient_search_name_trigrams", table_name="patient")


def downgrade() -> None:
    op.create_index(
        "ix_patient_search_name_trigrams",
        "patient",
        ["search_name"],
        postgresql_using="gin",
        postgresql_ops={"search_name": "gin_trgm_ops"},
        postgresql_where=LIVE,
    )
    op.drop_column("patient", "search_key")  # with its index
    op.execute("DROP FUNCTION rounds_search_key(text)")
    op.execute("DROP FUNCTION rounds_marks_as_letters(text)")
    op.execute("DROP FUNCTION rounds_one_vowel(text)")
