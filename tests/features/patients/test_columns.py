"""The fields of a patient are said in one place, and those that are written out anew are the same."""

from datetime import UTC, datetime

from features.patients.columns import CLINICAL, COLUMNS, IDENTIFYING, STORED, WRITTEN
from features.patients.documents import document
from features.patients.schema import PatientRead
from features.patients.tables import Patient
from rounds.data import new_id

ONLY_FOR_SEARCHES = {"search_name", "search_key", "deleted_at"}


def test_what_is_stored_is_the_table_but_for_what_only_searches_use():
    assert {*STORED} == set(Patient.model_fields) - ONLY_FOR_SEARCHES
    assert [column.key for column in COLUMNS] == list(STORED)


def test_a_document_has_the_fields_of_what_is_promised_in_their_order():
    row = dict.fromkeys(STORED) | {"id": new_id(), "date_of_birth": datetime.now(UTC).date(), "identifiers": []}
    assert list(document(row, datetime.now(UTC).date())) == list(PatientRead.model_fields)


def test_what_has_a_meaning_of_its_own_is_a_field():
    assert set(IDENTIFYING) < set(WRITTEN)
    assert set(CLINICAL) < set(PatientRead.model_fields)
