"""compose.prod.yaml and what it mounts: the proxy, the backups, the monitoring, the secrets."""

import json
import re
import shutil
import stat
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from rounds.settings import load

ROOT = Path(__file__).parents[1]
MONITORING = ROOT / "deploy" / "monitoring"
NAMES = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "ROUNDS_JWT_SECRET", "ROUNDS_ADMIN_PASSWORD"}
ALWAYS = ("proxy", "api", "consumer", "database", "cache", "backup")


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@cache
def services() -> dict[str, Any]:
    return read("compose.prod.yaml")["services"]


def filled(value: str) -> str:
    """A value as compose would have it, with one secret for all and defaults for the rest."""
    value = re.sub(r"\$\{\w+:\?[^}]*\}", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", value)
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


# compose.prod.yaml


def test_only_the_proxy_is_reached_from_elsewhere() -> None:
    published = {name for name, service in services().items() if service.get("ports")}
    assert published == {"proxy"}
    networks = read("compose.prod.yaml")["networks"]
    assert networks["back"] == {"internal": True}
    for name in ("database", "cache", "backup"):
        assert services()[name]["networks"] == ["back"]
    assert [name for name, service in services().items() if "front" in service["networks"]] == ["proxy", "api"]


def test_the_proxy_alone_may_say_where_a_caller_is() -> None:
    (front,) = read("compose.prod.yaml")["networks"]["front"]["ipam"]["config"]
    assert services()["api"]["environment"]["ROUNDS_TRUSTED_PROXIES"] == front["subnet"]
    assert "trusted_proxies" not in (ROOT / "deploy" / "proxy" / "Caddyfile").read_text()


@pytest.mark.parametrize("name", ["api", "consumer"])
def test_rounds_accepts_these_settings_for_production(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {key: filled(value) for key, value in services()[name]["environment"].items()}
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("ROUNDS_ADMIN_PASSWORD", "seven quiet herons")
    settings = load(_env_file=None)
    assert settings.production
    assert not settings.with_sample_data
    assert "sslmode" not in environment["ROUNDS_DATABASE_URL"], (
        "the network of the database leaves this machine nowhere"
    )


def test_whatever_can_be_set_for_one_stack_can_be_set_for_the_other() -> None:
    tried = set(read("compose.yaml")["services"]["api"]["environment"])
    assert set(services()["api"]["environment"]) == tried | {"ROUNDS_ENVIRONMENT"}


@pytest.mark.parametrize("name", ALWAYS)
def test_every_service_restarts_is_watched_and_bounded(name: str) -> None:
    service = services()[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["logging"]["options"]["max-size"]


def test_there_are_several_of_what_may_fail() -> None:
    assert services()["api"]["deploy"]["replicas"] >= 2
    assert services()["consumer"]["deploy"]["replicas"] >= 2
    # Connections: of every replica and consumer two pools of the default size each, and some to look around.
    most = re.search(r"max_connections=(\d+)", services()["database"]["command"])
    assert most is not None
    assert int(most[1]) >= 300


def test_what_is_mounted_is_here_and_what_must_last_is_on_a_volume() -> None:
    mounts = {mount.partition(":")[0] for service in services().values() for mount in service.get("volumes", [])}
    for mount in mounts:
        assert (ROOT / mount).exists() if mount.startswith("./") else mount in read("compose.prod.yaml")["volumes"]
    assert {"database", "backups", "proxy"} <= mounts


def test_the_monitoring_is_that_of_the_other_stack() -> None:
    for name in ("prometheus", "grafana"):
        assert services()[name]["extends"] == {"file": "compose.yaml", "service": name}
        assert services()[name]["profiles"] == ["monitoring"]


# Secrets


def test_the_secrets_that_are_asked_for_are_written_once_and_never_shown(tmp_path: Path) -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "compose.prod.yaml").read_text()))
    assert asked == NAMES
    file = tmp_path / ".env"
    file.write_text("SITE_ADDRESS=rounds.example.org\nREDIS_PASSWORD=mine")
    ran = subprocess.run([ROOT / "scripts" / "secrets"], cwd=tmp_path, capture_output=True, text=True, check=True)
    made = dict(line.split("=", 1) for line in file.read_text().splitlines())
    assert set(made) == NAMES | {"SITE_ADDRESS"}
    assert made["REDIS_PASSWORD"] == "mine"
    fresh = [made[name] for name in NAMES - {"REDIS_PASSWORD"}]
    assert len(set(fresh)) == 3
    assert all(re.fullmatch(r"[0-9a-f]{48}", secret) for secret in fresh)
    assert not any(secret in ran.stdout + ran.stderr for secret in fresh)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    again = subprocess.run([ROOT / "scripts" / "secrets"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert again.stdout == ".env: all secrets are there already.\n"
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


# Backups


@pytest.fixture
def backup(tmp_path: Path) -> Any:
    """Runs the script with programs in the place of PostgreSQL's; answers what there is in the folder then."""
    programs, folder = tmp_path / "programs", tmp_path / "backups"
    programs.mkdir()
    folder.mkdir()

    def run(*, dumps: str = "echo PGDMP > $5", lists: str = "grep -q PGDMP $2", keep: int = 3) -> tuple[int, list[str]]:
        for name, does in {"pg_dump": dumps, "pg_restore": lists}.items():
            (programs / name).write_text(f"#!/bin/sh\n{does}\n")
            (programs / name).chmod(0o755)
        environment = {"PATH": f"{programs}:/usr/bin:/bin", "BACKUP_FOLDER": str(folder), "BACKUP_KEEP": str(keep)}
        ran = subprocess.run([ROOT / "deploy/backup/backup", "once"], env=environment, check=False, capture_output=True)
        return ran.returncode, sorted(path.name for path in folder.iterdir())

    run.folder = folder  # type: ignore[attr-defined]
    return run


def test_a_backup_is_kept_with_the_newest_before_it(backup: Any) -> None:
    for day in (1, 2, 3, 4):
        (backup.folder / f"rounds-2026010{day}T000000Z.dump").write_text("earlier")
    (backup.folder / "rounds-20260105T000000Z.dump.partial").write_text("of a run that was killed")
    code, kept = backup()
    assert code == 0
    assert kept[:2] == ["rounds-20260103T000000Z.dump", "rounds-20260104T000000Z.dump"]
    assert re.fullmatch(r"rounds-\d{8}T\d{6}Z\.dump", kept[2])
    assert stat.S_IMODE((backup.folder / kept[2]).stat().st_mode) == 0o600


@pytest.mark.parametrize("broken", [{"dumps": "echo PGDMP > $5; exit 1"}, {"dumps": "echo half > $5"}])
def test_what_is_no_whole_dump_is_called_none_and_pushes_none_out(backup: Any, broken: dict[str, str]) -> None:
    (backup.folder / "rounds-20260101T000000Z.dump").write_text("earlier")
    code, kept = backup(keep=1, **broken)
    assert code != 0
    assert [name for name in kept if name.endswith(".dump")] == ["rounds-20260101T000000Z.dump"]


# Monitoring


@cache
def sources() -> str:
    return "\n".join(path.read_text() for folder in ("src", "features") for path in (ROOT / folder).glob("**/*.py"))


def expressions() -> dict[str, str]:
    """Every expression of rules and dashboard, by where it stands."""
    found = {}
    for group in read("deploy/monitoring/prometheus/rules.yml")["groups"]:
        for rule in group["rules"]:
            found[rule.get("alert") or rule["record"]] = rule["expr"]
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            found[f"{panel['title']} {target['refId']}"] = target["expr"]
    return found


def dashboard() -> dict[str, Any]:
    return json.loads((MONITORING / "grafana" / "dashboards" / "rounds.json").read_text())


@pytest.mark.parametrize("place", expressions())
def test_what_is_watched_is_measured(place: str) -> None:
    expression = expressions()[place]
    recorded = {
        rule["record"]
        for g in read("deploy/monitoring/prometheus/rules.yml")["groups"]
        for rule in g["rules"]
        if "record" in rule
    }
    assert set(re.findall(r"\brounds:[\w:]+", expression)) <= recorded
    for name in re.findall(r"\b(?:rounds|http)_[a-z_]+", expression):
        measured = re.sub(r"_(bucket|sum|count)$", "", name)
        assert f'"{measured}"' in sources(), name
    for label in re.findall(r'(\w+)=~?"', re.sub(r"label_replace\(.*\)", "", expression)):
        assert label in {"job", "alertstate"} or re.search(rf"\b{label}\b", sources()), label


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("outcome", {"ok", "reused", "succeeded", "given_up"}),
        ("verdict", {"unsupported"}),
        ("call", {"sign_in", "refresh"}),
        ("told", {"log"}),
    ],
)
def test_values_that_alerts_look_for_are_counted(label: str, values: set[str]) -> None:
    asked = {value for each in expressions().values() for value in re.findall(rf'\b{label}!?="([^"]+)"', each)}
    assert asked == values
    assert all(f'"{value}"' in sources() for value in values)


def test_every_alert_says_how_urgent_it_is_and_what_is_the_matter() -> None:
    alerts = [
        rule for g in read("deploy/monitoring/prometheus/rules.yml")["groups"] for rule in g["rules"] if "alert" in rule
    ]
    assert len(alerts) >= 12
    told = (ROOT / "docs" / "operations.md").read_text()
    for alert in alerts:
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert alert["annotations"]["summary"].endswith((".", "verify."))
        assert f"`{alert['alert']}`" in told, "what to do about it stands in docs/operations.md"


def test_the_dashboard_is_one_that_grafana_can_place() -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    (source,) = read("deploy/monitoring/grafana/provisioning/datasources/prometheus.yml")["datasources"]
    used = {target["datasource"]["uid"] for panel in panels for target in panel.get("targets", [])}
    assert used == {source["uid"]}


def test_whoever_is_scraped_runs_under_that_name() -> None:
    for scrape in read("deploy/monitoring/prometheus/prometheus.yml")["scrape_configs"]:
        (found,) = scrape["dns_sd_configs"]
        assert found["names"] == [scrape["job_name"]]
        assert scrape["job_name"] in services()
        assert scrape["job_name"] in read("compose.yaml")["services"]
    assert services()["consumer"]["environment"]["ROUNDS_CONSUMER_PORT"] == str(found["port"])


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (apt install prometheus)")
def test_the_alerts_fire_when_they_should_and_not_before() -> None:
    ran = subprocess.run(["make", "alerts"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
