"""What the source systems call recommendations: the same ones under two names."""

from rounds.http.source_paths import SourcePath

PATHS = (
    SourcePath("/recommendation", "/recommendations"),
    SourcePath("/recommendation/{id}", "/recommendations/{id}"),
    SourcePath("/patient_recommendations", "/recommendations"),
    SourcePath("/patient_recommendation/{id}", "/recommendations/{id}"),
)
