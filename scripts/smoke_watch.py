"""Steps of the smoke walk that are about what watches and follows: readiness, events, rules, notifications, audit."""

import json
import threading
from datetime import UTC, datetime
from queue import Empty, Queue
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from smoke_walk import PATIENCE, Failed, Walk, holds


def system(walk: Walk) -> str:
    """It lives, and has everything it needs; a consumer that has just started may be catching up."""
    holds(walk.get("/health") == {"status": "ok"}, "/health answers something else")
    ready = walk.until("ready", lambda: (seen := walk.get("/health/ready"))["status"] == "ok" and seen)
    return f"ready; {ready['consumer']['backlog']} events wait for the consumer"


def events(walk: Walk) -> str:
    """Listen; what is heard of this walk's patient is looked at by `notifications`."""
    heard: Queue[dict[str, object]] = Queue()
    open_ = threading.Event()
    headers = {"Authorization": f"Bearer {walk.token}", "Accept": "text/event-stream"}
    request = Request(f"{walk.address}/events", headers=headers)  # noqa: S310 - our own address

    def listen() -> None:
        with build_opener(ProxyHandler({})).open(request, timeout=PATIENCE) as stream:
            open_.set()
            for line in stream:
                if line.startswith(b"data:") and b"{" in line:
                    heard.put(json.loads(line[5:]))

    threading.Thread(target=listen, daemon=True).start()
    holds(open_.wait(30), "the stream of events does not open")
    walk.kept["heard"] = heard
    return "the stream of events is open"


def console(walk: Walk) -> str:
    """The page for people who would rather look; it may fetch nothing from elsewhere."""
    headers, text = walk.page("/console")
    policy = headers.get("Content-Security-Policy", "")
    holds("<title>" in text, "the console is no page")
    holds("default-src" in policy and "unsafe-inline" not in policy, f"its policy is {policy!r}")
    return f"the page is there, {len(text) // 1000 or 1} kB, and may fetch nothing from elsewhere"


def rules(walk: Walk) -> str:
    """A rule is tried before anybody is told anything, and a wrong one is refused."""
    rule = {"code": f"smoke_{walk.mark}", "recommendation": "Smoke", "expression": "bmi > 35.0 && age > 70"}
    made = walk.add("/rules", rule | {"active": False})
    tried = walk.send("POST", f"/rules/{made['id']}/try", {})
    holds(tried["matched"] >= 1, f"the rule would match {tried['matched']} patients")
    walk.refuses(422, "POST", "/rules", rule | {"code": f"smoke_wrong_{walk.mark}", "expression": "bmi >"})
    return f"a rule tried: it would match {tried['matched']}; a wrong one refused"


def notifications(walk: Walk) -> str:
    """The consumer tells the patient, and listeners hear of it."""
    path = f"/notifications?patient_id={walk.kept['patient']}"
    wanted = len(walk.kept["recommendations"])
    told = walk.until("the patient is told", lambda: len(seen := walk.get(path)["data"]) >= wanted and seen)
    states = sorted({each["status"] for each in told})
    missing = set(walk.kept["recommendations"])
    while missing:
        try:
            event = walk.kept["heard"].get(timeout=PATIENCE)
        except Empty:
            raise Failed(f"{len(missing)} recommendations were never heard of in the stream") from None
        missing.discard(str(event.get("data", {}).get("recommendation_id")))
    today = quote(datetime.now(UTC).date().isoformat())
    walk.get(f"/analytics/recommendations?from={today}&group_by=rule")
    return f"{len(told)} notifications ({', '.join(states)}), all recommendations heard in the stream"


def break_glass(walk: Walk) -> str:
    """A restricted record opens to a clinician for a reason, which is reviewed."""
    path = f"/patients/{walk.kept['patient']}"
    clinician = {"token": walk.kept["clinician_token"]}
    walk.send("PATCH", path, {"restricted": True})
    walk.refuses(403, "GET", path, **clinician)
    walk.get(path, headers={"X-Break-Glass-Reason": "Unconscious in the emergency department"}, **clinician)
    walk.send("PATCH", path, {"restricted": False})
    (use,) = walk.get(f"/audit/break-glass?patient_id={walk.kept['patient']}")["data"]
    reviewed = walk.send("POST", f"/audit/break-glass/{use['id']}/review", {"outcome": "justified"})
    holds(reviewed["outcome"] == "justified", "the review is not kept")
    return "a restricted record refused, opened for a reason, the use reviewed"


def audit(walk: Walk) -> str:
    """All that was done stands in the trail, and the trail is whole."""
    seen = walk.get(f"/audit?patient_id={walk.kept['patient']}&limit=200")["data"]
    actions = {each["action"] for each in seen}
    verified = walk.get("/audit/verify")
    holds(verified["valid"], f"the trail is broken: {verified['broken']}")
    return (
        f"{len(seen)} events of {len(actions)} kinds about the patient; {verified['seals']} seals, the chain is whole"
    )
