"""What the source systems call patients."""

from rounds.http.source_paths import SourcePath

PATHS = (
    SourcePath("/patient", "/patients"),
    SourcePath("/patient/{id}", "/patients/{id}"),
    SourcePath("/patients/getbynhsnumber", "/patients/by-nhs-number/{nhs_number}"),
)
