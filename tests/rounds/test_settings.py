"""Settings: what stops a start, in one line; what development makes for itself; what is documented."""

import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from uvicorn.middleware.proxy_headers import _TrustedHosts

from rounds.settings import Misconfigured, Settings, env_example, load

HOUSE = Path(__file__).parents[2]
PRODUCTION = {
    "ROUNDS_ENVIRONMENT": "production",
    "ROUNDS_JWT_SECRET": "0123456789abcdef" * 2,
    "ROUNDS_ADMIN_PASSWORD": "seven quiet herons",
    "ROUNDS_DATABASE_URL": "postgresql://rounds@db/rounds",
}

_ACCEPTED = {
    "ROUNDS_JWT_ACCEPTED_SECRET": "fedcba9876543210" * 2,
    "ROUNDS_JWT_ACCEPTED_UNTIL": "2020-01-01T00:00:00Z",
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A folder without a `.env`."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def environment(monkeypatch):
    def become(**variables: str | None) -> None:
        for name, value in variables.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    return become


def test_a_whole_production_starts(environment):
    environment(**PRODUCTION)
    settings = load()
    assert settings.production
    assert settings.signing_key == b"0123456789abcdef" * 2
    assert settings.first_password == "seven quiet herons"
    assert not settings.with_sample_data


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"ROUNDS_JWT_SECRET": None}, "ROUNDS_JWT_SECRET"),
        ({"ROUNDS_JWT_SECRET": ""}, "ROUNDS_JWT_SECRET"),
        ({"ROUNDS_JWT_SECRET": "x" * 31}, "ROUNDS_JWT_SECRET"),
        ({"ROUNDS_JWT_SECRET": "x" * 64}, "ROUNDS_JWT_SECRET"),
        ({"ROUNDS_JWT_SECRET": "secret-" * 6}, "ROUNDS_JWT_SECRET"),
        ({**_ACCEPTED, "ROUNDS_JWT_ACCEPTED_SECRET": "x" * 64}, "ROUNDS_JWT_ACCEPTED_SECRET"),
        ({**_ACCEPTED, "ROUNDS_JWT_ACCEPTED_SECRET": None}, "ROUNDS_JWT_ACCEPTED_UNTIL"),
        ({**_ACCEPTED, "ROUNDS_JWT_ACCEPTED_UNTIL": None}, "ROUNDS_JWT_ACCEPTED_UNTIL"),
        ({**_ACCEPTED, "ROUNDS_JWT_ACCEPTED_UNTIL": "2999-01-01T00:00:00Z"}, "ROUNDS_JWT_ACCEPTED_UNTIL"),
        ({**_ACCEPTED, "ROUNDS_JWT_ACCEPTED_UNTIL": "2020-01-01T00:00:00"}, "ROUNDS_JWT_ACCEPTED_UNTIL"),
        ({"ROUNDS_CORS_ORIGINS": "https://ward.example, *"}, "ROUNDS_CORS_ORIGINS"),
        ({"ROUNDS_ADMIN_PASSWORD": None}, "ROUNDS_ADMIN_PASSWORD"),
        ({"ROUNDS_ADMIN_PASSWORD": "x" * 11}, "ROUNDS_ADMIN_PASSWORD"),
        ({"ROUNDS_ADMIN_PASSWORD": " " * 12}, "ROUNDS_ADMIN_PASSWORD"),
        ({"ROUNDS_ADMIN_PASSWORD": "password1234"}, "ROUNDS_ADMIN_PASSWORD"),
        ({"ROUNDS_ADMIN_PASSWORD": "Hopper1906!!", "ROUNDS_ADMIN_USERNAME": "hopper"}, "ROUNDS_ADMIN_PASSWORD"),
        ({"ROUNDS_TRUSTED_PROXIES": "10.0.0.0/8"}, "ROUNDS_TRUSTED_PROXIES"),
        ({"ROUNDS_TRUSTED_PROXIES": "10.20.0.0/19"}, "ROUNDS_TRUSTED_PROXIES"),
        ({"ROUNDS_TRUSTED_PROXIES": "10.20.0.7,172.16.0.0/12"}, "ROUNDS_TRUSTED_PROXIES"),
        ({"ROUNDS_TRUSTED_PROXIES": "::/0"}, "ROUNDS_TRUSTED_PROXIES"),
        ({"ROUNDS_TRUSTED_PROXIES": "2001:db8::/63"}, "ROUNDS_TRUSTED_PROXIES"),
        ({"ROUNDS_TRUSTED_PROXIES": "::ffff:10.0.0.0/104"}, "ROUNDS_TRUSTED_PROXIES"),
        ({"ROUNDS_TRUSTED_PROXIES": "*"}, "ROUNDS_TRUSTED_PROXIES"),
        ({"ROUNDS_TRUSTED_PROXIES": "10.0.0.5/24"}, "ROUNDS_TRUSTED_PROXIES"),
        ({"ROUNDS_TRUSTED_PROXIES": "ingress"}, "ROUNDS_TRUSTED_PROXIES"),
        ({"ROUNDS_DATABASE_URL": None}, "ROUNDS_DATABASE_URL"),
        ({"ROUNDS_DATABASE_URL": ""}, "ROUNDS_DATABASE_URL"),
        ({"ROUNDS_ENVIRONMENT": "staging"}, "ROUNDS_ENVIRONMENT"),
        ({"ROUNDS_PORT": "eighty"}, "ROUNDS_PORT"),
        ({"ROUNDS_PORT": "65536"}, "ROUNDS_PORT"),
        ({"ROUNDS_WORKERS": "0"}, "ROUNDS_WORKERS"),
        ({"ROUNDS_LOG_LEVEL": "LOUD"}, "ROUNDS_LOG_LEVEL"),
        ({"ROUNDS_MAX_BODY_BYTES": "1"}, "ROUNDS_MAX_BODY_BYTES"),
        ({"ROUNDS_PHONE_REGION": "Britain"}, "ROUNDS_PHONE_REGION"),
    ],
)
def test_what_stops_a_production_is_one_line_that_names_the_variable(environment, change, variable):
    environment(**{**PRODUCTION, **change})
    with pytest.raises(Misconfigured) as stopped:
        load()
    line = str(stopped.value)
    assert line.startswith(variable)
    assert "\n" not in line
    assert line.endswith(".")
    assert "xxxxxxxxxxx" not in line


@pytest.mark.parametrize(
    ("given", "believed"),
    [
        ("", {"127.0.0.1", "::ffff:127.0.0.1"}),
        (" 10.20.40.5 , 10.20.16.0/20,,", {"10.20.40.5", "10.20.16.9", "::ffff:10.20.40.5", "::ffff:10.20.16.9"}),
        ("2001:db8:1:2::/64", {"2001:db8:1:2::9"}),
    ],
)
def test_the_headers_of_these_proxies_are_believed_and_of_no_others(environment, given, believed):
    environment(**{**PRODUCTION, "ROUNDS_TRUSTED_PROXIES": given})
    trusted = _TrustedHosts(load().proxy_networks)
    everybody = {"127.0.0.1", "10.20.40.5", "10.20.16.9"}
    everybody |= {f"::ffff:{host}" for host in everybody} | {"2001:db8:1:2::9"}
    others = {"10.20.32.1", "::ffff:10.20.32.1", "2001:db8:1:3::9", "10.20.40.6", "127.0.0.2"}
    assert {host for host in everybody | others if host in trusted} == believed


def test_generated_passwords_are_good_enough(environment, tmp_path):
    for n in range(20):
        made = Settings(_env_file=None, data_dir=tmp_path / str(n)).first_password
        environment(**{**PRODUCTION, "ROUNDS_ADMIN_PASSWORD": made})
        assert load().first_password == made


def test_development_may_trust_everybody(environment):
    environment(ROUNDS_TRUSTED_PROXIES="*")
    assert load().proxy_networks == ["*"]


def test_a_secret_is_measured_in_bytes(environment):
    environment(**{**PRODUCTION, "ROUNDS_JWT_SECRET": "éèêëàâäç" * 2})
    assert len(load().signing_key) == 32


def test_development_too_refuses_secrets_that_are_too_short(environment):
    environment(ROUNDS_JWT_SECRET="short")
    with pytest.raises(Misconfigured, match="ROUNDS_JWT_SECRET is too short"):
        load()


def test_the_program_says_it_in_one_line_and_exits_with_1(environment, tmp_path):
    environment(**{**PRODUCTION, "ROUNDS_ADMIN_PASSWORD": None})
    done = subprocess.run(
        [sys.executable, "-m", "rounds", "serve"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "rounds: ROUNDS_ADMIN_PASSWORD is not set; production needs it.\n"


def test_production_generates_no_secrets(tmp_path):
    settings = Settings(_env_file=None, environment="production", data_dir=tmp_path)
    for secret in ("signing_key", "first_password"):
        with pytest.raises(Misconfigured, match="is not set"):
            getattr(settings, secret)
    assert list(tmp_path.iterdir()) == []


def test_development_generates_its_secrets_once_and_for_its_owner_only(tmp_path):
    data = tmp_path / "deeper" / "data"
    first = Settings(_env_file=None, data_dir=data)
    key, password = first.signing_key, first.first_password
    assert len(key) >= 32
    assert len(password) >= 12
    assert password.encode() not in key
    again = Settings(_env_file=None, data_dir=data)
    assert (again.signing_key, again.first_password) == (key, password)
    assert sorted(path.name for path in data.iterdir()) == ["admin_password.txt", "jwt_secret.txt"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()} == {0o600}
    other = Settings(_env_file=None, data_dir=tmp_path / "other")
    assert other.signing_key != key
    assert other.first_password != password


def test_programs_that_start_side_by_side_agree_on_the_secrets(tmp_path):
    with ThreadPoolExecutor(16) as threads:
        keys = set(threads.map(lambda _: Settings(_env_file=None, data_dir=tmp_path).signing_key, range(64)))
    assert len(keys) == 1


def test_there_is_no_built_in_password():
    settings = Settings(_env_file=None)
    assert settings.admin_password is None
    assert settings.jwt_secret is None


def test_secrets_do_not_show_themselves(environment):
    environment(**PRODUCTION, ROUNDS_REDIS_URL="redis://:hidden@cache", OPENAI_API_KEY="sk-hidden")
    shown = repr(load()) + str(load().model_dump())
    for secret in ("xxxxxxxx", "herons", "hidden", "@db"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ("", []),
        ("https://a.example", ["https://a.example"]),
        ("https://a.example,https://b.example", ["https://a.example", "https://b.example"]),
        (" https://a.example , ,https://b.example, ", ["https://a.example", "https://b.example"]),
    ],
)
def test_lists_are_separated_by_commas(environment, given, origins):
    environment(ROUNDS_CORS_ORIGINS=given)
    assert load().cors_origins == origins


def test_the_defaults_are_those_of_the_contract(environment):
    settings = load()
    assert settings.environment == "development"
    assert settings.port == 8000
    assert settings.data_dir == Path(".rounds")
    assert settings.admin_username == "admin"
    assert settings.with_sample_data
    assert settings.rehab_departments == ["orthopaedics"]
    assert settings.recent_surgery_days == 90
    environment(ROUNDS_SAMPLE_DATA="false", ROUNDS_REHAB_DEPARTMENTS="orthopaedics,trauma")
    assert not load().with_sample_data
    assert load().rehab_departments == ["orthopaedics", "trauma"]


def test_a_dotenv_file_is_read_and_the_environment_wins(environment, tmp_path):
    (tmp_path / ".env").write_text("ROUNDS_PORT=8001\nROUNDS_HOST=::1\nOPENAI_API_KEY=sk-1\nUNRELATED=1\n")
    environment(ROUNDS_PORT="8002")
    settings = load()
    assert (settings.port, settings.host) == (8002, "::1")
    assert settings.openai_api_key.get_secret_value() == "sk-1"


def test_settings_cannot_be_changed_while_it_runs(environment):
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


def test_every_setting_is_described():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_the_example_file_shows_the_settings_as_they_are():
    assert (HOUSE / ".env.example").read_text(encoding="utf-8") == env_example()


def test_the_example_file_can_be_used_as_it_is(tmp_path):
    """Every line uncommented gives the defaults."""
    lines = re.findall(r"^# ((?:ROUNDS|OPENAI)_[A-Z_]+=.*)$", env_example(), re.MULTILINE)
    assert len(lines) == len(Settings.model_fields)
    (tmp_path / ".env").write_text("\n".join(lines))
    assert Settings().model_dump() == Settings(_env_file=None).model_dump()


SAFE = {
    "ROUNDS_DATABASE_URL": "postgresql://rounds:otter%20quiet%20lantern%207@db.example/rounds?sslmode=verify-full",
    "ROUNDS_REDIS_URL": "rediss://cache.example:6379/0",
    "ROUNDS_TRUSTED_PROXIES": "10.1.2.3",
    "ROUNDS_HOST": "0.0.0.0",
    "ROUNDS_CORS_ORIGINS": "https://ward.example",
}


@pytest.mark.parametrize(
    ("change", "variables"),
    [
        ({}, []),
        ({"ROUNDS_TRUSTED_PROXIES": None}, ["ROUNDS_TRUSTED_PROXIES"]),
        ({"ROUNDS_TRUSTED_PROXIES": None, "ROUNDS_HOST": "127.0.0.1"}, []),
        ({"ROUNDS_CORS_ORIGINS": "http://ward.example"}, ["ROUNDS_CORS_ORIGINS"]),
        ({"ROUNDS_DATABASE_URL": "postgresql://rounds@db.example/rounds"}, ["ROUNDS_DATABASE_URL"]),
        ({"ROUNDS_DATABASE_URL": "postgresql://rounds@localhost,db.example:5433/rounds"}, ["ROUNDS_DATABASE_URL"]),
        ({"ROUNDS_DATABASE_URL": "postgresql://rounds:rounds@localhost/rounds"}, ["ROUNDS_DATABASE_URL"]),
        ({"ROUNDS_DATABASE_URL": "postgresql://rounds@/rounds?host=/run/postgresql"}, []),
        ({"ROUNDS_REDIS_URL": "redis://cache.example/0"}, ["ROUNDS_REDIS_URL"]),
        ({"ROUNDS_DATABASE_REPLICA_URL": "postgresql://rounds@[fd00::1]/rounds"}, ["ROUNDS_DATABASE_REPLICA_URL"]),
        ({"ROUNDS_ENVIRONMENT": "development", "ROUNDS_TRUSTED_PROXIES": None}, []),
    ],
)
def test_what_a_production_had_better_change_is_told_with_its_variable(environment, change, variables):
    environment(**{**PRODUCTION, **SAFE, **change})
    told = load().concerns()
    assert [variable for variable, _ in told] == variables
    assert not any("otter" in said or "rounds:rounds" in said for _, said in told), "and no secret with it"
