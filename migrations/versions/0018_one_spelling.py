"""Identifiers that were stored in one of several spellings get the one that is looked up now."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

UNPADDED = "ltrim(value, '0')"
# A Swedish number is of the century in which its bearer is not yet a hundred years old, with `+` of the one before.
YEAR = "CAST(extract(year FROM now()) AS integer)"
TURNED = f"({YEAR} - mod({YEAR} - CAST(left(value, 2) AS integer) + 100, 100))"
WITH_CENTURY = rf"""CASE
    WHEN value ~ '^[0-9]{{6}}[+-][0-9]{{4}}$' THEN
        CAST({TURNED} - CASE WHEN substr(value, 7, 1) = '+' THEN 100 ELSE 0 END AS text)
        || substr(value, 3, 4) || '-' || right(value, 4)
    ELSE replace(value, '+', '-')
END"""
FORMS = (
    (("ar.dni", "ar.personalid"), "lpad(value, 8, '0')"),
    (("at.businessid",), UNPADDED),
    (("co.nit", "co.rut", "co.vat"), UNPADDED),
    (("cz.dic", "cz.vat"), UNPADDED),
    (("fi.associationid",), UNPADDED),
    (("gt.nit", "gt.vat"), UNPADDED),
    (("id.npwp", "id.vat"), "lpad(value, 16, '0')"),
    (("nz.ird", "nz.vat"), "lpad(value, 9, '0')"),
    (("pe.cui",), "left(value, 8)"),
    (("pt.cc",), "lpad(value, 12, '0')"),
    (("py.ruc", "py.vat"), UNPADDED),
    (("ro.cf", "ro.vat"), "regexp_replace(value, '^RO', '')"),
    (("se.personnummer", "se.personalid"), WITH_CENTURY),
)


def upgrade() -> None:
    for systems, form in FORMS:
        # Where two patients have spellings of one number, the database allows it to one of them; the other one keeps
        # what stands there, for people to find out whether they are one.
        op.execute(
            sa.text(
                f"""
WITH spelt AS (
    SELECT id, system, {form} AS form,
           row_number() OVER (PARTITION BY system, {form} ORDER BY value <> {form}, id) AS place
    FROM patient_identifier WHERE system = ANY(:systems) AND deleted_at IS NULL
)
UPDATE patient_identifier SET value = spelt.form
FROM spelt WHERE spelt.id = patient_identifier.id AND spelt.place = 1 AND patient_identifier.value <> spelt.form
"""  # noqa: S608 - the parts spliced in are constants
            ).bindparams(systems=list(systems))
        )


def downgrade() -> None:
    """Nothing: each value is one of the spellings that were accepted before."""
