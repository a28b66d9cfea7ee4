"""Whom a search finds first: the same people in the same order page by page, and no more is asked than needed."""

from uuid import UUID

import pytest
from sqlalchemy import Text, bindparam, func, select
from sqlmodel import col

from features.patients import handler
from features.patients.schema import PatientQuery
from features.patients.search import search
from features.patients.tables import Patient, search_key
from rounds.auth import Actor
from rounds.data import Query, Read, new_id
from rounds.listings import Cursors

SEEKER = Actor(id=new_id(), username="seeker", roles=(), scopes=frozenset(), stamp=0, family=new_id(), expires=0.0)
CURSORS = Cursors(b"a key that only this test knows!")
NAMES = (
    "Ma Jun", "Mary Stone", "Mark Ma", "Emma Mason", "Anna Marsh", "Jo Smith", "Christopher Alexander Smith",
    "Smithson Lee", "Ann Smyth", "Ann Smith-Jones", "Smith", "Jörg Müller", "Joerg Mueller", "Jorgelina Paz", "Zoë",
    "Zoe Quill", "Li Wei", "Lin Yu", "王秀英", "王", "O’Brien", "Sean O'Brien", "12 Angry Men",
)  # fmt: skip
SEARCHES = (
    "ma", "mar", "smith", "smyth", "jörg", "joerg", "zoe", "o'brien", "li", "m", "王", "12", "123", "999", "ann smith",
    "A-",
)  # fmt: skip


class Recording:
    """Reads by way of another, and keeps what was sent."""

    def __init__(self, source: object) -> None:
        self._source = source
        self.sent: list[str] = []

    async def fetch(self, sql, *arguments):
        self.sent.append(sql)
        return await self._source.fetch(sql, *arguments)

    async def fetchval(self, sql, *arguments):
        self.sent.append(sql)
        return await self._source.fetchval(sql, *arguments)


@pytest.fixture
def recording(database):
    return Recording(database.reads.source)


@pytest.fixture
def find(recording):
    async def find(q: str, **more: object):
        recording.sent.clear()
        query = PatientQuery(q=q, **more)
        return await handler.list_patients(query, actor=SEEKER, reads=Read(recording), cursors=CURSORS)

    return find


@pytest.fixture
async def ward(admit):
    for name in NAMES:
        await admit(name=name)
    for mrn, nhs_number in (("123", None), ("1234", None), ("12-9", None), (None, "9990000018"), ("999", "9990000026")):
        await admit(name="Numbered", mrn=mrn, nhs_number=nhs_number)


def names(found) -> list[str]:
    return [row["name"] for row in found.data]


@pytest.mark.parametrize("q", SEARCHES)
async def test_whoever_pages_meets_everybody_once_in_the_order_of_one_large_page(find, ward, q):
    everybody = [row["id"] for row in (await find(q, limit=200)).data]
    assert len(set(everybody)) == len(everybody)
    by_cursor, by_offset, cursor = [], [], None
    while True:
        found = await find(q, limit=2, cursor=cursor, total=True)
        assert found.total == len(everybody)
        by_cursor += [row["id"] for row in found.data]
        cursor = found.next_cursor
        if cursor is None:
            break
    for offset in range(0, len(everybody) + 2, 3):
        found = await find(q, limit=3, offset=offset, total=True)
        assert found.total == len(everybody)
        by_offset += [row["id"] for row in found.data]
    assert by_cursor == by_offset == everybody


@pytest.mark.parametrize("q", SEARCHES)
async def test_the_stages_together_find_whom_the_condition_finds(find, ward, database, q):
    found = search(q)
    anybody = Query(
        select(col(Patient.id)).where(col(Patient.deleted_at).is_(None), found.condition), sees_restricted=True
    )
    expected = {str(row["id"]) for row in await database.reads.all(anybody, **found.values)}
    assert {row["id"] for row in (await find(q, limit=200)).data} == expected


@pytest.mark.parametrize("q", ["smith", "smyth", "jörg", "joerg", "ann smith", "jorg mueller", "o'brien", "zoe"])
async def test_they_come_in_the_order_in_which_their_names_resemble_the_words(find, ward, database, q):
    likeness = func.word_similarity(search_key(bindparam("q", type_=Text)), col(Patient.search_key))
    row = Query(select(likeness).where(col(Patient.id) == bindparam("id")), sees_restricted=True)
    words = [float(await database.reads.value(row, q=q, id=UUID(each["id"]))) for each in (await find(q)).data]
    assert words == sorted(words, reverse=True)


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("smith", ["Smith", "Jo Smith", "Christopher Alexander Smith"]),
        ("ma", ["Ma Jun", "Mark Ma"]),
        ("joerg", ["Joerg Mueller", "Jörg Müller"]),
        ("jörg", ["Jörg Müller"]),
        ("zoe", ["Zoë", "Zoe Quill"]),
        ("o'brien", ["O’Brien", "Sean O'Brien"]),
    ],
)
async def test_those_called_so_come_first_and_the_shortest_name_of_them(find, ward, q, first):
    found = names(await find(q))
    assert sorted(found[: len(first)]) == sorted(first)
    assert found[0] == first[0] or q in {"ma", "jörg"}


async def test_an_exact_number_comes_first_then_those_that_begin_so_in_their_order(find, admit):
    for mrn in ("SYN07", "SYN0", "SYN01", "SYN", "XSYN0"):
        await admit(name="Numbered", mrn=mrn)
    assert [row["mrn"] for row in (await find("SYN0")).data] == ["SYN0", "SYN01", "SYN07"]


async def test_a_full_page_of_sure_matches_asks_for_nobody_else(find, ward, recording):
    assert len((await find("smith", limit=2)).data) == 2
    assert len(recording.sent) == 1
    assert "word_similarity" not in recording.sent[0]


@pytest.mark.parametrize(
    ("q", "limit", "statements"),
    [
        ("smith", 2, 2),  # a page and the count
        ("smith", 200, 2),  # both stages, which hold everybody
        ("ann smith", 1, 1),  # the ranking looks at everybody anyway, and counts on the way
        ("ann smith", 200, 1),
    ],
)
async def test_the_total_takes_no_second_ranking(find, ward, recording, q, limit, statements):
    found = await find(q, limit=limit, total=True)
    assert found.total == len((await find(q, limit=200)).data)
    await find(q, limit=limit, total=True)
    assert len(recording.sent) == statements
    assert sum("ORDER BY" in sql and "word_similarity" in sql.rpartition("ORDER BY")[2] for sql in recording.sent) <= 1


@pytest.mark.parametrize("q", ["SYN0047355", "999 000 0018"])
async def test_a_number_is_not_looked_for_among_the_names(find, ward, recording, q):
    await find(q)
    assert not [sql for sql in recording.sent if "<%" in sql]
