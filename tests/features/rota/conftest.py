from tests.features.appointments.conftest import diary, frozen, refused  # noqa: F401 - the same diary
