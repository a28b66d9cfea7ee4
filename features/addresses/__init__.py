"""Addresses of patients, departments and clinicians; at most one each."""

from features.addresses import handler
from features.addresses.handler import create_address
from features.addresses.persistence import PATIENT_ADDRESSES, STAFF_ADDRESSES, copy_addresses
from features.addresses.schema import AddressRead, AddressWrite
from features.patients import includable, when_deleted

includable("address", handler.load_for_patients, shows=AddressRead | None)
when_deleted(handler.remove_of_patient)

__all__ = ["PATIENT_ADDRESSES", "STAFF_ADDRESSES", "AddressWrite", "copy_addresses", "create_address"]
