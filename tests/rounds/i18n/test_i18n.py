"""Every message in every language, and the choice between languages."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from pydantic_core._pydantic_core import list_all_errors

from rounds import slices
from rounds.i18n import catalogues
from rounds.problems import InvalidFields, Problem, Refusal
from rounds.problems.pydantic_messages import WORDING

HOUSE = Path(__file__).parents[3]
LOCALES = HOUSE / "src" / "rounds" / "i18n" / "locales"
TRANSLATIONS = [path.stem for path in LOCALES.glob("*.po")]


def every_message() -> set[str]:
    """What a client may read: marked texts, explanations of problems, and pydantic's own templates."""
    for part in ("endpoint", "command", "startup"):
        list(slices.modules(part))
    marked = {
        str(message)
        for folder in ("src", "features")
        for _, _, message, _, _ in extract_from_dir(
            HOUSE / folder, method_map=[("**.py", "python")], keywords={"N_": None}
        )
    }
    explanations = {
        " ".join((problem.__doc__ or "").split())
        for problem in Problem.known.values()
        if problem.__module__.startswith(("rounds.", "features."))
    }
    return marked | explanations | set(Refusal.known.values())


def placeholders(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def catalogue(language: str) -> dict[str, str]:
    with (LOCALES / f"{language}.po").open("rb") as file:
        found = read_po(file, locale=language)
    assert not found.obsolete, "remove what is commented out with #~"
    return {str(message.id): "" if message.fuzzy else str(message.string) for message in found if message.id}


@pytest.fixture(scope="module")
def messages() -> set[str]:
    return every_message()


def test_portuguese_is_there():
    assert "pt" in TRANSLATIONS
    assert "pt" in catalogues.languages()


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_message_lacks_a_translation(language, messages):
    translated = catalogue(language)
    assert sorted(message for message in messages if not translated.get(message, "").strip()) == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_translation_is_left_over(language, messages):
    assert sorted(catalogue(language).keys() - messages) == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_keep_their_placeholders(language):
    differing = [
        (message, translation)
        for message, translation in catalogue(language).items()
        if placeholders(message) != placeholders(translation)
    ]
    assert differing == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_keep_paths_codes_and_header_names(language):
    fixed = re.compile(
        r"`[^`]+`|/[a-z]+(?:/[a-z]+)*|\b(?:GET|POST|PUT)\b|next_cursor|If-Match|ETag|Bearer|https?://\S+\w"
    )
    differing = [
        (message, translation)
        for message, translation in catalogue(language).items()
        if sorted(fixed.findall(message)) != sorted(fixed.findall(translation))
    ]
    assert differing == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_catalogue_names_its_language_and_charset(language):
    header = (LOCALES / f"{language}.po").read_text(encoding="utf-8").partition("\n\n")[0]
    assert f'"Language: {language}\\n"' in header
    assert '"Content-Type: text/plain; charset=utf-8\\n"' in header


@pytest.mark.parametrize("language", ["en", *TRANSLATIONS])
@pytest.mark.parametrize("error", list_all_errors(), ids=lambda error: error["type"])
def test_what_pydantic_finds_is_explained_with_the_values_it_gives(error, language):
    context = error["example_context"] or {}
    problem = InvalidFields.of([{"loc": ("body", "field"), "type": error["type"], "ctx": context}])
    (shown,) = problem.document(language)["errors"]
    assert "{" not in shown["detail"]
    if error["type"] != "value_error":
        assert shown["detail"] != catalogues.translate(WORDING["value_error"], language)


def test_choices_are_listed_without_an_english_word(messages):
    problem = InvalidFields.of(
        [{"loc": ("body", "sex"), "type": "literal_error", "ctx": {"expected": "'female', 'male' or 'other'"}}]
    )
    (shown,) = problem.document("pt")["errors"]
    assert shown["detail"] == "Escolha um destes valores: 'female', 'male', 'other'."


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("en", "en"),
        ("pt", "pt"),
        ("pt-PT", "pt"),
        ("pt-BR", "pt"),
        ("PT", "pt"),
        ("de", "en"),
        ("de, pt", "pt"),
        ("de, *", "en"),
        ("en, pt", "en"),
        ("pt, en", "pt"),
        ("en;q=0.5, pt", "pt"),
        ("en;q=0.5, pt;q=0.4", "en"),
        ("en; q=0.5 , pt;Q=0.9", "pt"),
        ("pt;q=0", "en"),
        ("pt;q=0, en;q=0.1", "en"),
        ("pt;q=banana, en", "en"),
        ("pt;q=nan", "en"),
        ("pt;q=-1", "en"),
        (", ,;;=", "en"),
        ("../../etc/passwd", "en"),
        ("x" * 10_000, "en"),
        ("\x00\xff", "en"),
    ],
)
def test_the_best_language_we_have_is_chosen(header, language):
    assert catalogues.negotiate(header) == language


def test_a_message_without_translation_stays_english():
    assert catalogues.translate("Nobody has translated {this}.", "pt", this="that") == "Nobody has translated that."


async def test_a_404_speaks_portuguese(client):
    answer = await client.get("/nowhere", headers={"Accept-Language": "pt-PT,pt;q=0.9,en;q=0.1"})
    assert answer.status_code == 404
    assert answer.headers["content-language"] == "pt"
    assert "Accept-Language" in answer.headers["vary"]
    assert answer.json()["title"] == "Não encontrado"
    assert answer.json()["code"] == "not_found"


async def test_a_422_speaks_portuguese_in_every_field(client):
    answer = await client.post(
        "/security/register",
        json={"username": "ana", "password": "curta", "full_name": "", "roles": ["king"], "extra": 1},
        headers={"Accept-Language": "pt"},
    )
    assert answer.status_code == 422
    assert answer.headers["content-language"] == "pt"
    assert "Accept-Language" in answer.headers["vary"]
    problem = answer.json()
    assert problem["title"] == "Os dados não são válidos"
    assert {error["pointer"]: error["detail"] for error in problem["errors"]} == {
        "/password": "Use pelo menos 12 caracteres, por exemplo algumas palavras sem relação entre si.",
        "/full_name": "Demasiado curto: o comprimento mínimo é 1.",
        "/roles/0": ("Escolha um destes valores: 'admin', 'clinician', 'nurse', 'scheduler', 'auditor', 'service'."),
        "/extra": "Não existe aqui um campo com este nome. Retire-o ou verifique como está escrito.",
    }


async def test_an_explanation_speaks_portuguese(anonymous):
    answer = await anonymous.get("/problems/last_admin", headers={"Accept-Language": "pt"})
    assert answer.headers["content-language"] == "pt"
    assert "Accept-Language" in answer.headers["vary"]
    assert answer.json()["title"] == "O último administrador mantém-se"
    assert answer.json()["explanation"] == "A alteração não deixaria ninguém capaz de gerir as contas."


@pytest.fixture
def temporary_locales(tmp_path, monkeypatch):
    """A folder of catalogues of the test's own."""
    caches = (catalogues.languages, catalogues.catalogue, catalogues.negotiate)
    monkeypatch.setattr(catalogues, "_FOLDER", tmp_path)
    for cache in caches:
        cache.cache_clear()
    yield tmp_path
    for cache in caches:
        cache.cache_clear()


async def test_adding_a_language_is_adding_one_file(temporary_locales, client):
    assert catalogues.negotiate("eo") == "en"
    catalogues.languages.cache_clear()
    catalogues.negotiate.cache_clear()
    (temporary_locales / "eo.po").write_text(
        'msgid ""\nmsgstr ""\n"Language: eo\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Not found"\nmsgstr "Ne trovita ĉi tie"\n\nmsgid "Conflict"\nmsgstr ""\n',
        encoding="utf-8",
    )
    assert catalogues.languages() == ("en", "eo")
    assert catalogues.negotiate("eo, en;q=0.5") == "eo"
    assert catalogues.translate("Not found", "eo") == "Ne trovita ĉi tie"
    assert catalogues.translate("Conflict", "eo") == "Conflict"
    answer = await client.get("/nowhere", headers={"Accept-Language": "eo"})
    assert answer.headers["content-language"] == "eo"
    assert answer.json()["title"] == "Ne trovita ĉi tie"
