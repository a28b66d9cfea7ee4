"""Asks the Rounds that runs here, from the prompt: `make token`, `make evaluate PATIENT=108`, `make recommendations`.

    python scripts/ask.py token|evaluate|recommendations

What to ask about, and as whom, comes in the environment (`ASK_PATIENT`, `ASK_USER`, `ASK_PASSWORD`, `ASK_API`), where a
password is seen by nobody else and needs no quotes.
"""

import json
import os
import re
import sys
import urllib.parse
from typing import Any

from local import Refused, Silent, addresses, answers, call, setting, stop

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOST = 200  # rows of a page


def main() -> None:
    """Do what the first argument says; print JSON that people can read, or the token alone."""
    asked = {"evaluate": _evaluate, "recommendations": _recommendations}
    if len(sys.argv) != 2 or sys.argv[1] not in {"token", *asked}:
        stop(f"Say one of token, {', '.join(asked)}.", code=2)
    if sys.argv[1] in asked and not os.environ.get("ASK_PATIENT"):
        stop(f"Say which patient, by MRN or id: make {sys.argv[1]} PATIENT=108", code=2)
    try:
        address, passwords = running()
        token = token_of(address, passwords)
        text = token
        if sys.argv[1] in asked:
            text = json.dumps(asked[sys.argv[1]](address, token), ensure_ascii=False, indent=2)
    except (Refused, Silent) as error:
        stop(str(error))
    sys.stdout.buffer.write(f"{text}\n".encode())


def running() -> tuple[str, list[str]]:
    """Where Rounds answers, and the administrator's passwords that are known for it."""
    wanted = os.environ.get("ASK_API", "").rstrip("/")
    known = list(addresses())
    if wanted:  # a password goes only where it belongs
        return wanted, next((passwords for address, passwords in known if address == wanted), [])
    answering = next((each for each in known if answers(each[0])), None)
    if answering is None:
        where = f" at {known[0][0]}" if known else ""
        stop(
            f"Rounds does not answer{where}. Start it with make run, or with make up; or say where it is: API=http://…"
        )
    return answering


def token_of(address: str, passwords: list[str]) -> str:
    """An access token of the account that was asked for, else the administrator's."""
    admin = setting("ROUNDS_ADMIN_USERNAME", "admin")
    username = os.environ.get("ASK_USER") or admin
    if typed := os.environ.get("ASK_PASSWORD"):
        passwords = [typed]
    elif username != admin or not passwords:
        stop(f"The password of {username} is not known here; say it: make token USER={username} PASS=…", code=2)
    token = _sign_in(address, username, passwords)
    if token is None:
        why = "the username or the password is wrong, or the account is not active."
        if not typed:
            why = f"its password was changed. Say it: PASS=…, or set it anew: rounds user reset-password {username}"
        stop(f"{username} cannot sign in at {address}: {why}")
    return token


def _sign_in(address: str, username: str, passwords: list[str]) -> str | None:
    """A token for the first of the passwords that is right."""
    for number, password in enumerate(passwords):
        try:
            pair = call(address, "/security/token", form={"username": username, "password": password})
        except Refused as error:
            if error.status != 401:
                raise
        else:
            if number:
                print("ROUNDS_ADMIN_PASSWORD is not the password; the generated one is.", file=sys.stderr)
            return str(pair["access_token"])
    return None


def _patient(address: str, token: str) -> str:
    """The id of the patient that was asked for by MRN or id."""
    wanted = os.environ["ASK_PATIENT"].strip()
    if _UUID.fullmatch(wanted):
        return wanted
    found = call(address, f"/patients?{urllib.parse.urlencode({'mrn': wanted})}", token=token)["data"]
    if not found:
        stop(f"No patient has the MRN {wanted}.")
    return str(found[0]["id"])


def _evaluate(address: str, token: str) -> Any:
    return call(address, f"/evaluate/{_patient(address, token)}", token=token, post=True)


def _recommendations(address: str, token: str) -> Any:
    """The patient's recommendations as the API lists them, all pages in one."""
    patient_id = _patient(address, token)
    call(address, f"/patients/{patient_id}", token=token)  # an unknown id is an error, and not an empty list
    answer = call(address, f"/recommendations?patient_id={patient_id}&limit={_MOST}", token=token)
    following = answer["links"]["next"]
    while following:
        page = call(address, following, token=token)
        answer["data"] += page["data"]
        following = page["links"]["next"]
    answer["pagination"] |= {"count": len(answer["data"]), "next_cursor": None}
    answer["links"]["next"] = None
    return answer


if __name__ == "__main__":
    main()
