"""Patients as clients see them (`PatientRead`), straight from rows: what is valid in the database stays valid."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from features.patients import hooks
from features.patients.columns import CLINICAL
from features.patients.schema import body_mass_index
from rounds import clock
from rounds.auth import Actor, need
from rounds.data import Read
from rounds.expansions import requested_expansions

_READS_NOTES, _EVALUATES = need("notes:read"), need("evaluate:run")
_WITHHELD: dict[str, None] = dict.fromkeys(CLINICAL)


def document(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    """A patient, from a row; its `identifiers` are pairs of system and value.

    The fields are written out, since nothing else puts a page of patients together as fast; that they are those of
    `PatientRead` is tested.
    """
    born, height, weight = row["date_of_birth"], row["height_cm"], row["weight_kg"]
    patient_id = str(row["id"])
    own = f"/patients/{patient_id}"
    return {
        "id": patient_id,
        "mrn": row["mrn"],
        "nhs_number": row["nhs_number"],
        "name": row["name"],
        "date_of_birth": born,
        "age": clock.age_on(today, born),
        "sex": row["sex"],
        "email": row["email"],
        "phone": row["phone"],
        "height_cm": height,
        "weight_kg": weight,
        "bmi": body_mass_index(height, weight),
        "conditions": row["conditions"],
        "restricted": row["restricted"],
        "identifiers": [{"system": system, "value": value} for system, value in row["identifiers"]],
        "links": {"self": own, "address": f"{own}/address"},
        "version": row["version"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def included_names(include: str | None, *, actor: Actor) -> list[str]:
    """The parts `include` asks for.

    Raises:
        InvalidFields: when one of them is not offered.
        Forbidden: when the actor may not read one of them.
    """
    offered = {name: part.scope for name, part in sorted(hooks.parts.items())}
    return requested_expansions("include", include, offered, actor=actor)


def holding_names(has: str | None, *, actor: Actor) -> list[str]:
    """What `has` asks for, in one order, so that it is one list however it is asked for.

    Raises:
        InvalidFields: when patients cannot be listed by one of them.
        Forbidden: when the actor may not read one of them.
    """
    offered: dict[str, str | None] = {name: holding.scope for name, holding in sorted(hooks.holdings.items())}
    return sorted(requested_expansions("has", has, offered, actor=actor))


async def documents(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str] = (), *, actor: Actor, reads: Read
) -> list[dict[str, Any]]:
    """Patients as the actor may see them, with the parts asked for; one query per part, however many patients.

    What is clinical is null for those who neither read notes nor evaluate, such as schedulers.
    """
    today = clock.today()
    patients = [document(row, today) for row in rows]
    if not (actor.may(_READS_NOTES) or actor.may(_EVALUATES)):
        for patient in patients:
            patient.update(_WITHHELD)
    if not names:
        return patients
    ids = [row["id"] for row in rows]
    parts = {name: await hooks.parts[name].load(ids, reads) for name in names} if ids else {}
    for patient, patient_id in zip(patients, ids, strict=True):
        patient["included"] = {
            name: parts[name][patient_id] if patient_id in parts[name] else hooks.parts[name].missing()
            for name in names
        }
    return patients
