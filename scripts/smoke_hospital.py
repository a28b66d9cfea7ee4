"""Steps of the smoke walk that are about the hospital: accounts, staff, rota, addresses, tasks, appointments."""

import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from local import call
from smoke_walk import Walk, holds


def accounts(walk: Walk) -> str:
    """Who we are; and a clinician who signs in, until the walk is over."""
    me = walk.get("/security/me")
    password = secrets.token_urlsafe(18)
    account = {
        "username": f"smoke.{walk.mark}",
        "full_name": "Smoke Walk",
        "roles": ["clinician"],
        "password": password,
    }
    made = walk.send("POST", "/security/register", account)
    walk.take_away("PATCH", f"/security/users/{made['id']}", {"active": False})
    pair = call(walk.address, "/security/token", form={"username": account["username"], "password": password})
    renewed = walk.send("POST", "/security/refresh", {"refresh_token": pair["refresh_token"]}, token=None)
    walk.kept["clinician_token"] = renewed["access_token"]
    walk.refuses(401, "GET", "/security/me", token="nonsense")  # noqa: S106 - on purpose
    return f"{me['username']} is signed in; a clinician registered, signed in and renewed"


def staff(walk: Walk) -> str:
    """A department and somebody who works there."""
    department = walk.send("POST", "/departments", {"name": f"smoke {walk.mark}"})
    walk.take_away("PATCH", f"/departments/{department['id']}", {"active": False})
    clinician = walk.send("POST", "/clinicians", {"name": "Dr Smoke Walk", "department_id": department["id"]})
    walk.take_away("PATCH", f"/clinicians/{clinician['id']}", {"active": False})  # appointments name her
    walk.kept |= {"department": department["id"], "clinician": clinician["id"]}
    return "a department and a clinician added"


def rota(walk: Walk) -> str:
    """The clinician works every day."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    hours = [{"weekday": day, "start": "09:00", "end": "17:00"} for day in days]
    seen = walk.send("PUT", f"/clinicians/{walk.kept['clinician']}/working-hours", {"hours": hours})
    holds(len(seen["hours"]) == len(days), "the week is not kept")
    return "working hours for every day"


def addresses(walk: Walk) -> str:
    """The patient's address, whose postcode is put right."""
    body = {"line1": "14 Mill Lane", "city": "Selby", "postcode": "  yo8    8qn "}
    made = walk.send("POST", f"/patients/{walk.kept['patient']}/address", body)
    holds(made["postcode"] == "YO8 8QN", f"the postcode is {made['postcode']}")
    return "an address added, its postcode put right"


def tasks(walk: Walk) -> str:
    """A task from its order to its end, and no step that there is not."""
    order = {"patient_id": walk.kept["patient"], "task_type": "blood test", "assignee_id": walk.kept["clinician"]}
    path = f"/tasks/{walk.send('POST', '/tasks', order)['id']}"
    walk.refuses(409, "POST", f"{path}/transition", {"new_status": "COMPLETED", "reason": "too soon"})
    for status, reason in (("IN_PROGRESS", "sample taken"), ("COMPLETED", "result is back")):
        walk.send("POST", f"{path}/transition", {"new_status": status, "reason": reason})
    steps = walk.get(f"{path}/audit")
    moves = [each["new_status"] for each in steps["data"]]
    holds(moves == ["ORDERED", "IN_PROGRESS", "COMPLETED"], f"the steps are {moves}")
    return "ordered, begun and completed; a skipped step refused"


def appointments(walk: Walk) -> str:
    """A free slot is booked, once."""
    start = datetime.now(UTC) + timedelta(days=1)
    between = f"from={quote(start.isoformat())}&to={quote((start + timedelta(days=2)).isoformat())}&duration=45m"
    free = walk.get(f"/clinicians/{walk.kept['clinician']}/availability?{between}")
    slots = free["data"]
    body = {
        "patient_id": walk.kept["patient"], "clinician_id": walk.kept["clinician"], "start_at": slots[0]["start_at"],
        "duration": "45m", "reason": "Follow-up",
    }  # fmt: skip
    made = walk.send("POST", "/appointments", body)
    walk.kept["appointment"] = made["id"]
    walk.take_away("POST", f"/appointments/{made['id']}/cancel", {"reason": "the walk is over"})
    walk.refuses(409, "POST", "/appointments", body)
    holds(made["status"] == "active", f"the appointment is {made['status']}")
    return f"the first of {len(slots)} free slots booked; a second booking refused"


def calendars(walk: Walk) -> str:
    """The clinician's diary, as a calendar program fetches it: by an address that is a secret."""
    feed = walk.add(f"/clinicians/{walk.kept['clinician']}/calendar-feeds", {"label": "Smoke"})
    _, text = walk.page(feed["path"])
    holds("BEGIN:VEVENT" in text, "the appointment is not in the calendar")
    holds("Oyelaran" not in text, "the calendar names the patient")
    return "the appointment stands in the clinician's feed, the patient's name does not"
