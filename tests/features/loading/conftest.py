from tests.rounds.conftest import cloned_url, template  # noqa: F401 - fixtures
