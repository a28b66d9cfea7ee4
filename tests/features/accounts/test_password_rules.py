"""Which passwords may be set, and that one is right however a keyboard composes it."""

import unicodedata

import pytest

from rounds.auth import passwords
from tests.features.accounts.conftest import PASSWORD, registered, sign_in

ACCOUNT = {"username": "grace.okafor", "full_name": "Grace Okafor", "roles": ["nurse"]}
POOR = [
    " " * 12,
    "\u00a0" * 12,
    "\u3000 " * 8,
    "password1234",
    "P@ssw0rd1234",
    "PasswordPassword",
    "password password",
    "pass word 1234",
    "p a s s w o r d",
    "qwertyuiop12",
    "1q2w3e4r5t6y",
    "123456789012",
    "1234 5678 9012",
    "aaaaaaaaaaaa",
    "éééééééééééé",
    "abcabcabcabcabc",
    "letmein12345",
    "administrator1",
    "hospital1234",
    "Rounds2026!!",
    "palavra-passe",
    "contraseña12",
    "Okafor-1234567",
    "Okafor 2024!!",
    "a" * 1000,
]
GOOD = [
    PASSWORD,
    "correct horse battery",
    "Zwölf🔑字符 ẞ ç",
    "uma frase bem comprida",
    "x7Kq2mP9wLz4",
    "WA6RkGQFSe2qPUiAwYIb",
    " herons at the ends ",
    "4@8({[<3361!1|l0$57+%2" * 40,
]
DECOMPOSED = unicodedata.normalize("NFD", "zwölf Ångström später")
COMPOSED = unicodedata.normalize("NFC", DECOMPOSED)


def refusal(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize("password", POOR)
async def test_what_is_easy_to_guess_cannot_be_set(client, password):
    assert refusal(await client.post("/security/register", json={**ACCOUNT, "password": password})) == [
        ("/password", "password_guessable")
    ]
    account = await registered(client, ACCOUNT["username"], full_name=ACCOUNT["full_name"])
    changed = await client.patch(f"/security/users/{account['id']}", json={"password": password})
    assert refusal(changed) == [("/password", "password_guessable")]


@pytest.mark.parametrize("password", GOOD)
async def test_what_is_not_can(client, anonymous, password):
    await registered(client, "grace", password=password)
    assert (await sign_in(anonymous, "grace", password)).status_code == 200
    assert (await sign_in(anonymous, "grace", password.strip() + "  ")).status_code == 401  # nothing is trimmed


async def test_the_refusal_helps_and_speaks_the_callers_language(client):
    body = {**ACCOUNT, "password": "password1234"}
    english = await client.post("/security/register", json=body)
    assert "a few unrelated words" in english.json()["errors"][0]["detail"]
    portuguese = await client.post("/security/register", json=body, headers={"Accept-Language": "pt"})
    assert "palavras" in portuguese.json()["errors"][0]["detail"]
    assert "password1234" not in english.text + portuguese.text


async def test_a_new_name_in_the_same_change_counts(client):
    account = await registered(client, "grace", full_name="Grace Okafor")
    change = {"full_name": "Ada Lovelace", "password": "Lovelace 1815!"}
    assert refusal(await client.patch(f"/security/users/{account['id']}", json=change)) == [
        ("/password", "password_guessable")
    ]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("e\u0301" * 11, "password_too_short"),  # eleven letters, in twenty-two characters
        ("seven quiet\x00herons", "control_character"),
        ("seven quiet\therons", "control_character"),
        ("seven ｇｒａｃｅ.ｏｋａｆｏｒ herons", "password_contains_username"),
    ],
)
async def test_what_is_wrong_with_a_password_is_judged_in_its_canonical_form(client, password, code):
    answer = await client.post("/security/register", json={**ACCOUNT, "password": password})
    assert refusal(answer) == [("/password", code)]


@pytest.mark.parametrize("given", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("way", ["register", "patch"])
async def test_a_password_is_right_in_every_composition(client, anonymous, given, way):
    account = await registered(client, "grace", password=given if way == "register" else PASSWORD)
    if way == "patch":
        changed = await client.patch(f"/security/users/{account['id']}", json={"password": given})
        assert changed.status_code == 200, changed.text
    for typed in (COMPOSED, DECOMPOSED, COMPOSED.replace(" ", "\u00a0"), DECOMPOSED.replace(" ", "\u2003")):
        assert (await sign_in(anonymous, "grace", typed)).status_code == 200
    for other in (COMPOSED.upper(), COMPOSED + " ", " " + COMPOSED, COMPOSED.replace("ö", "o")):
        assert (await sign_in(anonymous, "grace", other)).status_code == 401


async def test_a_password_set_as_typed_before_still_works_and_is_renewed(client, anonymous, database):
    account = await registered(client, "grace")
    source = database.reads.source
    old = passwords.hasher.hash(DECOMPOSED)  # as it was stored when passwords were compared as typed
    await source.execute("UPDATE account SET password_hash = $1 WHERE id = $2", old, account["id"])
    assert (await sign_in(anonymous, "grace", COMPOSED)).status_code == 401
    assert (await sign_in(anonymous, "grace", DECOMPOSED)).status_code == 200
    assert (await sign_in(anonymous, "grace", COMPOSED)).status_code == 200
    assert (await sign_in(anonymous, "grace", DECOMPOSED)).status_code == 200
    assert await source.fetchval("SELECT password_hash FROM account WHERE id = $1", account["id"]) != old


@pytest.mark.parametrize(("typed", "efforts"), [(COMPOSED, 1), (DECOMPOSED, 2)])
async def test_the_forms_of_a_password_take_as_long_for_everybody(client, anonymous, hasher, typed, efforts):
    await registered(client, "grace")
    gone = await registered(client, "former", password=COMPOSED)
    await client.patch(f"/security/users/{gone['id']}", json={"active": False})
    for username in ("grace", "nobody", "former"):
        hasher.verified.clear()
        assert (await sign_in(anonymous, username, typed)).status_code == 401
        assert len(hasher.verified) == efforts


@pytest.mark.parametrize("typed", ["ｇｒａｃｅ", "GRACE", "ɢrace"])
async def test_a_username_is_recognised_in_any_width_but_not_by_its_looks(client, anonymous, typed):
    await registered(client, "grace")
    assert (await sign_in(anonymous, typed)).status_code == (401 if typed == "ɢrace" else 200)
