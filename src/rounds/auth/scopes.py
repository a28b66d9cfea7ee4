"""What an account may do: scopes, and the roles that bundle them."""

SCOPES: dict[str, str] = {
    "patients:read": "Read patients and addresses",
    "patients:write": "Create and change patients and addresses",
    "patients:delete": "Delete patients and addresses",
    "notes:read": "Read clinical notes",
    "notes:write": "Add clinical notes",
    "notes:delete": "Delete clinical notes",
    "summaries:read": "Ask for patient summaries",
    "procedures:read": "Read procedures",
    "procedures:write": "Record procedures",
    "procedures:delete": "Delete procedures",
    "rules:read": "Read recommendation rules",
    "rules:write": "Change recommendation rules",
    "evaluate:run": "Evaluate patients against the rules",
    "recommendations:read": "Read recommendations and notifications",
    "recommendations:write": "Record feedback on recommendations",
    "recommendations:delete": "Delete recommendations",
    "tasks:read": "Read tasks",
    "tasks:write": "Order and move tasks",
    "appointments:read": "Read appointments",
    "appointments:write": "Book, move and cancel appointments",
    "appointments:override": "Book over another appointment",
    "staff:read": "Read departments and clinicians",
    "staff:write": "Change departments and clinicians",
    "events:read": "Listen to events",
    "audit:read": "Read and verify the audit trail",
    "users:read": "List accounts",
    "users:write": "Create and change accounts",
}
_CLINICAL = frozenset(
    scope for scope in SCOPES if scope.split(":")[0] not in {"audit", "users"} and scope != "staff:write"
) - {"appointments:override"}
ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(SCOPES),
    "clinician": _CLINICAL,
    "nurse": frozenset(scope for scope in _CLINICAL if not scope.endswith(":delete")) - {"rules:write"},
    "scheduler": frozenset(
        {"patients:read", "appointments:read", "appointments:write", "appointments:override", "staff:read"}
    ),
    "auditor": frozenset({"audit:read"}),
    "service": frozenset({"patients:read", "evaluate:run", "events:read"}),
}
