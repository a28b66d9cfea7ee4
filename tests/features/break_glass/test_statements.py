"""Every statement that a slice keeps says who may see what it reads."""

import gc

import pytest
from sqlalchemy import bindparam, select

from features.patients.tables import Patient
from rounds import slices
from rounds.app import create_app
from rounds.data import Query
from rounds.settings import Settings


def test_every_statement_of_the_house_leaves_out_what_is_hidden_or_says_why_not():
    create_app(Settings(_env_file=None))
    for part in ("persistence", "handler", "command"):
        list(slices.modules(part))
    refused = []
    for query in [each for each in gc.get_objects() if isinstance(each, Query)]:
        try:
            query.compile()
        except TypeError as error:
            refused.append(str(error))
    assert not refused


def test_a_statement_that_forgot_it_does_not_run():
    query = Query(select(Patient.__table__.c.name).where(Patient.__table__.c.id == bindparam("id")))
    with pytest.raises(TypeError, match="a statement about patient"):
        query.bind({"id": None})
