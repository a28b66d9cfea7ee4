from tests.features.appointments.conftest import _refused, diary, frozen  # noqa: F401 - the same diary
