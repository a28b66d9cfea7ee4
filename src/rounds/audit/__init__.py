"""What the audit trail is told, and by whom: routes, handlers, and whatever else sees somebody do something.

Who looks at a patient's record, and who changes it, is recorded by construction:

* **On the route** stands what it shows or changes, below the router's decorator. Without it the app does not start.

      @router.get("/patients/{patient_id}/notes")
      @shows("note")                            # the patient of the path; every answer below 400 is one view
      @router.get("/notes")
      @shows("note")                            # no patient in the path: the endpoint says whose with `note_shown(ids)`
      @router.put("/notes/{note_id}")
      @changes("note")                          # its handler calls `record`
      @router.post("/rules")
      @changes("rule", of_patient=False)
      @router.get("/rules")
      @shows_no_patient

* **A change** is recorded in the transaction of the change: `await record("update", "patient", db, resource_id=…,
  patient_id=…, changes=differences(before, after))`. Who does it is known from the request; a command or a subscriber
  is named with `acting_as`.
* **A view** is noted by the route once the answer is made, and written with others within a moment (`Views`). Who goes
  on showing things after the answer has begun keeps `circumstances()` and calls its `view`.
* **What is neither**, such as a sign-in that failed, is told with `report`. Refusals with 403 are, by the route.

Where the trail is kept, sealed and read is the business of the slice that says `kept_by`.
"""

from rounds.audit.circumstances import ANONYMOUS, SYSTEM, Circumstances, acting_as, circumstances, note_shown
from rounds.audit.declaration import Audited, audited, changes, shows, shows_no_patient
from rounds.audit.event import MOST_PATIENTS, AuditEvent, AuditOutcome
from rounds.audit.recording import Changes, Store, changes_of, differences, kept_by, record, report, the_store
from rounds.audit.views import Views

__all__ = [
    "ANONYMOUS",
    "MOST_PATIENTS",
    "SYSTEM",
    "AuditEvent",
    "AuditOutcome",
    "Audited",
    "Changes",
    "Circumstances",
    "Store",
    "Views",
    "acting_as",
    "audited",
    "changes",
    "changes_of",
    "circumstances",
    "differences",
    "kept_by",
    "note_shown",
    "record",
    "report",
    "shows",
    "shows_no_patient",
    "the_store",
]
