"""Notes are found: by patient, type, author, day and by what they say."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.features.notes.conftest import refused

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat().replace("+00:00", "Z")


async def listed(client, path: str, **query: object) -> list[str]:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return [each["content"] for each in answer.json()["data"]]


@pytest.fixture
async def other(client) -> str:
    answer = await client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"})
    return str(answer.json()["id"])


async def test_notes_are_listed_latest_first(client, patient, note, other):
    for number in (2, 1, 3):
        await note(f"Day {number}.", taken_at=day(number))
    await note("Of somebody else.", of=other, taken_at=day(2))
    own = f"/patients/{patient}/notes"
    assert await listed(client, own) == ["Day 3.", "Day 2.", "Day 1."]
    assert await listed(client, own, sort="taken_at") == ["Day 1.", "Day 2.", "Day 3."]
    assert await listed(client, own, taken_from=day(2), taken_to=day(2)) == ["Day 2."]
    assert sorted(await listed(client, "/notes", taken_from=day(2), taken_to=day(2))) == ["Day 2.", "Of somebody else."]
    assert await listed(client, "/notes", patient_id=other) == ["Of somebody else."]
    assert await listed(client, f"/patients/{other}/notes", limit=1) == ["Of somebody else."]


async def test_type_and_author_filter(client, patient, note):
    await note("One.", type="nursing", author="Dr Élodie Martin")
    await note("Two.", type="discharge", author="Grace O_Neil 100%")
    assert await listed(client, "/notes", type="nursing") == ["One."]
    assert await listed(client, "/notes", author="elodie") == ["One."]
    assert await listed(client, "/notes", author="MARTIN") == ["One."]
    assert await listed(client, "/notes", author="_") == ["Two."]
    assert await listed(client, "/notes", author="100%") == ["Two."]
    assert await listed(client, "/notes", author="\\") == []
    assert await listed(client, f"/patients/{patient}/notes", author="o", type="discharge") == ["Two."]


async def test_words_are_found_in_any_form_best_match_first(client, patient, note, other):
    await note("Fractured wrist after a fall. The fracture is stable; fracture clinic in a week.", taken_at=day(1))
    await note("Seen for a cough. An old fracture was mentioned among very many other things. " * 3, taken_at=day(2))
    await note("Feels well, Café visit.", taken_at=day(3))
    await note("Fractures everywhere.", of=other, taken_at=day(3))
    found = await listed(client, f"/patients/{patient}/notes", q="fractures")
    assert [text[:9] for text in found] == ["Fractured", "Seen for "]
    assert len(await listed(client, "/notes", q="fractures")) == 3
    assert await listed(client, "/notes", q="cafe") == ["Feels well, Café visit."]
    assert await listed(client, "/notes", q='"fracture clinic"') == [found[0]]
    assert await listed(client, "/notes", q="fracture -wrist", patient_id=patient) == [found[1]]
    assert await listed(client, "/notes", q="zebra") == []
    assert await listed(client, "/notes", q="the") == []  # says nothing
    assert await listed(client, "/notes", q="fractures", patient_id=patient, sort="-taken_at") == [found[1], found[0]]


@pytest.mark.parametrize("q", ["'", '"', "a & | ! :*", "(((", "<script>", "\\", "-", "or or or", "%", "x" * 200])
async def test_whatever_is_typed_searches(client, note, q):
    await note("Well.")
    assert await listed(client, "/notes", q=q) == [], "none of it is in the note"


@pytest.mark.parametrize("q", ["", " ", "a\x00b", "x" * 201])
async def test_nothing_to_search_for_is_refused(client, q):
    assert [pointer for pointer, _ in refused(await client.get("/notes", params={"q": q}))] == ["?q"]


async def test_a_snippet_marks_the_match_and_nothing_else_is_markup(client, note):
    await note("Says <b>he</b> has chest pain & <script>alert(1)</script> since Monday.")
    answer = await client.get("/notes", params={"q": "pain"})
    (found,) = answer.json()["data"]
    assert "chest <mark>pain</mark> &amp;" in found["snippet"]
    assert found["snippet"].replace("<mark>", "").replace("</mark>", "").count("<") == 0
    (plain,) = (await client.get("/notes")).json()["data"]
    assert plain["snippet"] is None


async def test_search_pages_neither_skip_nor_repeat(client, note):
    for number in range(7):
        await note(f"Pain number {number}." + " more pain" * (number % 3), taken_at=day(number))
    seen: list[str] = []
    query = {"q": "pain", "limit": "2", "total": "true"}
    while True:
        page = (await client.get("/notes", params=query)).json()
        assert page["pagination"]["total"] == 7
        seen += [each["id"] for each in page["data"]]
        if page["pagination"]["next_cursor"] is None:
            break
        query["cursor"] = page["pagination"]["next_cursor"]
    assert len(seen) == len(set(seen)) == 7
    other = {**query, "q": "number"}
    assert refused(await client.get("/notes", params=other)) == [("?cursor", "cursor")]


async def test_a_very_long_note_stops_short_in_lists_only(client, patient, note):
    made = await note("S: " + "word " * 10_000 + "\nO: well\nA: well\nP: none")
    (found,) = (await client.get(f"/patients/{patient}/notes")).json()["data"]
    assert (len(found["content"]), found["truncated"], found["sections"]) == (20_000, True, None)
    assert made["truncated"] is False
    assert made["sections"]["objective"] == "well"


async def test_words_beyond_what_a_search_vector_holds_do_no_harm(client, note):
    await note(" ".join(f"{number:x}q" for number in range(250_000)))
    assert len((await client.get("/notes", params={"q": "ffq"})).json()["data"]) == 1


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"type": "poem"}, "?type"),
        ({"taken_from": "2026-01-01T00:00:00"}, "?taken_from"),
        ({"sort": "content"}, "?sort"),
        ({"patient_id": "x"}, "?patient_id"),
        ({"limit": "201"}, "?limit"),
        ({"title": "x"}, "?title"),
    ],
)
async def test_bad_parameters_are_named(client, query, pointer):
    assert [found for found, _ in refused(await client.get("/notes", params=query))] == [pointer]


async def test_the_latest_notes_stand_on_their_patients(client, patient, note, other):
    await note("Old.", taken_at=day(1))
    await note("New.", taken_at=day(2))
    shown = (await client.get(f"/patients/{patient}", params={"include": "notes"})).json()["included"]["notes"]
    assert [each["content"] for each in shown] == ["New.", "Old."]
    page = (await client.get("/patients", params={"include": "notes"})).json()["data"]
    assert {each["id"]: len(each["included"]["notes"]) for each in page} == {patient: 2, other: 0}
