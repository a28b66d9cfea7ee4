"""The house stands: accounts, patients, staff, addresses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Lower case without accents, for searching and sorting. `unaccent` itself is only STABLE, since its dictionary could be
# altered; with the dictionary named, the function may stand in indexes and generated columns.
FOLD = """
CREATE FUNCTION rounds_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent'::regdictionary, $1))
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute(FOLD)
    op.create_table(
        "account",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("username_key", sa.Text(collation="C"), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cardinality(roles) > 0", name=op.f("ck_account_has_roles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username_key", name="uq_account_username_key"),
    )
    op.create_index("ix_account_created_at_id", "account", ["created_at", "id"], unique=False)
    op.create_index("ix_account_stamped_at", "account", ["stamped_at"], unique=False)
    op.create_index("ix_account_username_key_id", "account", ["username_key", "id"], unique=False)
    op.create_table(
        "department",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), sa.Computed("rounds_fold(name)", persisted=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_department_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("name_key", name="uq_department_name_key"),
    )
    op.create_index("ix_department_created_at_id", "department", ["created_at", "id"], unique=False)
    op.create_index("ix_department_name_key_id", "department", ["name_key", "id"], unique=False)
    op.create_table(
        "patient",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mrn", sa.Text(collation="C"), nullable=True),
        sa.Column("nhs_number", sa.Text(collation="C"), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "search_name", sa.Text(collation="C"), sa.Computed("rounds_fold(name)", persisted=True), nullable=False
        ),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("height_cm", sa.Float(precision=53), nullable=True),
        sa.Column("weight_kg", sa.Float(precision=53), nullable=True),
        sa.Column("conditions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_patient_name")),
        sa.CheckConstraint("nhs_number ~ '^[0-9]{10}$'", name=op.f("ck_patient_nhs_number")),
        sa.CheckConstraint("sex IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_patient_sex")),
        sa.CheckConstraint("height_cm BETWEEN 20 AND 280", name=op.f("ck_patient_height_cm")),
        sa.CheckConstraint("weight_kg BETWEEN 0.2 AND 700", name=op.f("ck_patient_weight_kg")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
    )
    op.create_index(
        "ix_patient_created_at_id",
        "patient",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_patient_date_of_birth_id",
        "patient",
        ["date_of_birth", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_patient_mrn_order_id",
        "patient",
        [sa.literal_column("coalesce(mrn, chr(127))"), "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_patient_search_name_id",
        "patient",
        ["search_name", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_patient_search_name_trigrams",
        "patient",
        ["search_name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_name": "gin_trgm_ops"},
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("uq_patient_mrn", "patient", ["mrn"], unique=True, postgresql_where=sa.text("deleted_at IS NULL"))
    op.create_index(
        "uq_patient_nhs_number", "patient", ["nhs_number"], unique=True, postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.create_table(
        "clinician",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), sa.Computed("rounds_fold(name)", persisted=True), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_clinician_name")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_clinician_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinician")),
    )
    op.create_index("ix_clinician_created_at_id", "clinician", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_clinician_department_id_name_key_id", "clinician", ["department_id", "name_key", "id"], unique=False
    )
    op.create_index("ix_clinician_name_key_id", "clinician", ["name_key", "id"], unique=False)
    op.create_table(
        "patient_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(collation="C"), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_identifier_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_identifier")),
    )
    op.create_index(
        "ix_patient_identifier_patient_id",
        "patient_identifier",
        ["patient_id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_patient_identifier_system_value",
        "patient_identifier",
        ["system", "value"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "refresh_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_refresh_token_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_token")),
    )
    op.create_index("ix_refresh_token_account_id", "refresh_token", ["account_id"], unique=False)
    op.create_index("ix_refresh_token_expires_at", "refresh_token", ["expires_at"], unique=False)
    op.create_index("ix_refresh_token_family", "refresh_token", ["family"], unique=False)
    op.create_index("ix_refresh_token_revoked_at", "refresh_token", ["revoked_at"], unique=False)
    op.create_table(
        "address",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("clinician_id", sa.Uuid(), nullable=True),
        sa.Column("line1", sa.Text(), nullable=True),
        sa.Column("line2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(collation="C"), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(patient_id, department_id, clinician_id) = 1", name=op.f("ck_address_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["clinician.id"], name=op.f("fk_address_clinician_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_address_department_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_address_patient_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("clinician_id", name="uq_address_clinician_id"),
        sa.UniqueConstraint("department_id", name="uq_address_department_id"),
        sa.UniqueConstraint("patient_id", name="uq_address_patient_id"),
    )
    op.create_index("ix_address_created_at_id", "address", ["created_at", "id"], unique=False)
    op.create_index("ix_address_postcode", "address", ["postcode"], unique=False)
    op.create_index(
        "ix_address_postcode_order_id", "address", [sa.literal_column("coalesce(postcode, '')"), "id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_address_postcode_order_id", table_name="address")
    op.drop_index("ix_address_postcode", table_name="address")
    op.drop_index("ix_address_created_at_id", table_name="address")
    op.drop_table("address")
    op.drop_index("ix_refresh_token_revoked_at", table_name="refresh_token")
    op.drop_index("ix_refresh_token_family", table_name="refresh_token")
    op.drop_index("ix_refresh_token_expires_at", table_name="refresh_token")
    op.drop_index("ix_refresh_token_account_id", table_name="refresh_token")
    op.drop_table("refresh_token")
    op.drop_index(
        "uq_patient_identifier_system_value",
        table_name="patient_identifier",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_patient_identifier_patient_id",
        table_name="patient_identifier",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("patient_identifier")
    op.drop_index("ix_clinician_name_key_id", table_name="clinician")
    op.drop_index("ix_clinician_department_id_name_key_id", table_name="clinician")
    op.drop_index("ix_clinician_created_at_id", table_name="clinician")
    op.drop_table("clinician")
    op.drop_index("uq_patient_nhs_number", table_name="patient", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("uq_patient_mrn", table_name="patient", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(
        "ix_patient_search_name_trigrams",
        table_name="patient",
        postgresql_using="gin",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index("ix_patient_search_name_id", table_name="patient", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_patient_mrn_order_id", table_name="patient", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_patient_date_of_birth_id", table_name="patient", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_patient_created_at_id", table_name="patient", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_table("patient")
    op.drop_index("ix_department_name_key_id", table_name="department")
    op.drop_index("ix_department_created_at_id", table_name="department")
    op.drop_table("department")
    op.drop_index("ix_account_username_key_id", table_name="account")
    op.drop_index("ix_account_stamped_at", table_name="account")
    op.drop_index("ix_account_created_at_id", table_name="account")
    op.drop_table("account")
    op.execute("DROP FUNCTION rounds_fold(text)")
    # The extensions stay: they may have been there before, and others may use them.
