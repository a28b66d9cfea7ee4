"""What the source systems call procedures, and those that patients had."""

from rounds.http.source_paths import SourcePath

PATHS = (
    SourcePath("/procedure", "/procedures"),
    SourcePath("/procedure/{id}", "/procedures/{id}"),
    SourcePath("/patient_procedure", "/patient_procedures"),
    SourcePath("/patient_procedure/{id}", "/patient_procedures/{id}"),
)
