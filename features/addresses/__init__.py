"""Addresses of patients, departments and clinicians; at most one each."""

from features.addresses import handler
from features.patients import includable, when_deleted

includable("address", handler.load_for_patients)
when_deleted(handler.remove_of_patient)

__all__: list[str] = []
