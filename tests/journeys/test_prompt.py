"""What people type beside a running program: tokens, evaluations, and which password is the true one."""

import json
import re
import time

import httpx
import pytest

from tests.journeys.checkout import Checkout


def signed_in(checkout: Checkout, *words: str, **environment: str) -> httpx.Client:
    ran = checkout.run("make", "token", *words, **environment)
    assert ran.returncode == 0, ran.stderr
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", ran.stdout), "nothing but the token"
    return httpx.Client(base_url=checkout.address, headers={"Authorization": f"Bearer {ran.stdout.strip()}"})


def test_a_token_is_the_administrators_unless_somebody_is_named(served_checkout):
    me = signed_in(served_checkout).get("/security/me").json()
    assert me["username"] == "admin", "and not whoever is logged in on this machine"
    awkward = "we$ird \"words\"; `here` 'too' #7 \\n"
    body = {"username": "odd.one", "password": awkward, "full_name": "Odd One", "roles": ["nurse"]}
    assert signed_in(served_checkout).post("/security/register", json=body).status_code == 201
    # `$$` is how a dollar sign is typed to make.
    for words, environment in ((["PASS=" + awkward], {}), ([], {"PASS": awkward})):
        named = signed_in(served_checkout, "USER=odd.one", *words, **environment).get("/security/me").json()
        assert named["username"] == "odd.one"


def test_a_patient_is_evaluated_by_mrn_or_id_and_the_answers_can_be_read(served_checkout):
    ran = served_checkout.run("make", "evaluate", "PATIENT=105")
    assert ran.returncode == 0, ran.stderr
    evaluated = json.loads(ran.stdout)
    assert [row["recommendation"] for row in evaluated["recommendations"]] == ["Weight Management Program"]
    assert ran.stdout.startswith('{\n  "'), "indented, as people read it"
    for who in ("105", evaluated["patient_id"], evaluated["patient_id"].upper()):
        listed = json.loads(served_checkout.run("make", "recommendations", f"PATIENT={who}").stdout)
        assert [row["id"] for row in listed["data"]] == [row["id"] for row in evaluated["recommendations"]]
        assert listed["pagination"]["count"] == 1


def test_all_of_many_recommendations_are_shown(served_checkout):
    admin = signed_in(served_checkout)
    patient = admin.post(
        "/patients", json={"name": "Zoë Ngũgĩ", "date_of_birth": "1980-01-01", "mrn": "many 1/2"}
    ).json()
    texts = [f"Überprüfung {number}" for number in range(205)]
    for text in texts:
        made = admin.post("/recommendations", json={"patient_id": patient["id"], "recommendation": text})
        assert made.status_code == 201, made.text
    ran = served_checkout.run("make", "recommendations", "PATIENT=many 1/2", LC_ALL="C")
    listed = json.loads(ran.stdout)
    assert sorted(row["recommendation"] for row in listed["data"]) == sorted(texts)
    assert "Überprüfung 7" in ran.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evaluate", "PATIENT=no-such"], "No patient has the MRN no-such."),
        (["evaluate"], "Say which patient, by MRN or id: make evaluate PATIENT=108"),
        (["recommendations"], "Say which patient, by MRN or id: make recommendations PATIENT=108"),
        (["recommendations", "PATIENT=01a21ace-ec10-7575-a100-e46807185476"], "There is no such patient"),
        (["evaluate", "PATIENT=01a21ace-ec10-7575-a100-e46807185476"], "There is no such patient"),
        (["token", "USER=nobody"], "The password of nobody is not known here; say it: make token USER=nobody PASS=…"),
        (["token", "USER=nobody", "PASS=wrong"], "nobody cannot sign in at http://127.0.0.1:"),
        (["token", "API=http://127.0.0.1:1", "PASS=any"], "Nobody answers at http://127.0.0.1:1"),
        (["token", "API=http://127.0.0.1:1"], "The password of admin is not known here"),
        (["token", "API=nonsense", "PASS=any"], "Nobody answers at nonsense"),
    ],
    ids=" ".join,
)
def test_what_goes_wrong_is_said_in_a_line(served_checkout, words, said):
    ran = served_checkout.run("make", *words)
    assert ran.returncode != 0
    assert ran.stdout == ""
    line, made = ran.stderr.splitlines()
    assert line.startswith(said)
    assert made.startswith("make: ***")


def test_an_internet_proxy_is_not_asked_about_this_machine(served_checkout):
    nowhere = "http://127.0.0.1:1"
    assert served_checkout.run("make", "token", http_proxy=nowhere, HTTP_PROXY=nowhere).returncode == 0


def test_nobody_answers_where_nothing_runs(served_checkout, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    elsewhere = {"ROUNDS_DATA_DIR": str(data)}
    ran = served_checkout.run("make", "token", **elsewhere)
    assert ran.stderr.startswith("Rounds does not answer. Start it with make run")
    # Left behind by a program that was killed.
    (data / "address.txt").write_text("http://127.0.0.1:1\n")
    (data / "admin_password.txt").write_text("a password of no use")
    ran = served_checkout.run("make", "token", **elsewhere)
    assert ran.stderr.startswith("Rounds does not answer at http://127.0.0.1:1. Start it with make run")


def test_accounts_are_changed_from_the_prompt_within_a_second(served_checkout):
    admin = signed_in(served_checkout)
    body = {"username": "leaver", "password": "some unrelated words", "full_name": "A Leaver", "roles": ["nurse"]}
    assert admin.post("/security/register", json=body).status_code == 201
    named = ("USER=leaver", "PASS=some unrelated words")

    def refused_within_a_second(client: httpx.Client) -> bool:
        deadline = time.monotonic() + 1
        while client.get("/security/me").status_code == 200:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    rounds = str(served_checkout.path / ".venv" / "bin" / "rounds")
    leaver = signed_in(served_checkout, *named)
    assert served_checkout.run(rounds, "user", "set-roles", "leaver", "auditor").stdout == "leaver is now auditor.\n"
    assert refused_within_a_second(leaver)
    leaver = signed_in(served_checkout, *named)
    assert leaver.get("/security/me").json()["roles"] == ["auditor"]
    assert served_checkout.run(rounds, "user", "deactivate", "leaver").returncode == 0
    assert refused_within_a_second(leaver)
    assert served_checkout.run("make", "token", *named).returncode != 0


# --- the start


def test_the_start_says_what_is_true_and_only_while_it_is(start, data_dir):
    program = start(
        first=True,
        ROUNDS_ADMIN_PASSWORD="",
        ROUNDS_SAMPLE_DATA="false",
        ROUNDS_REQUEST_LOG="false",
        ROUNDS_LOG_LEVEL="INFO",
        ROUNDS_WORKERS="2",
    )
    generated = (data_dir / "admin_password.txt").read_text()
    said = "\n".join(line.strip() for line in program.lines)
    assert f"Sign in     admin / {generated}\ngenerated once, kept in {data_dir}/admin_password.txt\n" in said
    assert f"--data-urlencode password={generated}" in said
    assert (data_dir / "address.txt").read_text() == f"{program.url}\n"
    program.client(password=generated).get("/security/me")
    program.stop()
    assert not (data_dir / "address.txt").exists()
    assert not [line for line in program.rest() if "route=" in line], "quiet, on every worker"

    # As when a password for something else stands in the environment, or in `.env`.
    program = start(
        ROUNDS_ADMIN_PASSWORD="a later one that is ignored", ROUNDS_SAMPLE_DATA="false", ROUNDS_LOG_LEVEL="INFO"
    )
    said = "\n".join(program.lines)
    assert f"admin / {generated}\n" in said
    assert "ROUNDS_ADMIN_PASSWORD (from the environment) is not its password" in said
    assert "a later one" not in said
    program.client(password=generated).get("/security/me")
    program.stop()
    assert [line for line in program.rest() if "route=/security/me" in line]
