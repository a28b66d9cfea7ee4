"""The one form in which an event is digested, exported and verified: a line of JSON, made by the database.

The members stand in a fixed order, times are in UTC with microseconds, bytes in hexadecimal. A line of the export is
this form byte for byte, so that whoever verifies it need not know how it is made.
"""

EVENT = """json_build_object(
    'id', e.id, 'at', to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'era', e.era,
    'transaction', e.transaction::text, 'actor', e.actor, 'actor_id', e.actor_id, 'action', e.action,
    'resource', e.resource, 'resource_id', e.resource_id, 'patient_id', e.patient_id, 'patient_ids', e.patient_ids,
    'request_id', e.request_id, 'outcome', e.outcome, 'fields', e.fields,
    'values_digest', encode(e.values_digest, 'hex'), 'detail', e.detail)::text"""
MONTH = "(date_trunc('month', e.at AT TIME ZONE 'UTC'))::date"
# What a seal covers of an event: who it is, and what it says.
MEMBER = f"uuid_send(e.id) || sha256(convert_to({EVENT}, 'UTF8'))"
MEMBER_BYTES = 16 + 32
IN_ORDER = "e.transaction, e.id"
