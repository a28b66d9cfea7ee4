"""What the overlays for Kubernetes come to once they are rendered, and that its parts fit one another."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from rounds.settings import load

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
import kubernetes_manifests as manifests  # noqa: E402 - beside the commands that use it, which are no package

Manifest = dict[str, Any]
OVERLAYS = manifests.overlays()
EVERY = pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
PRODUCTION = pytest.mark.parametrize("overlay", OVERLAYS[1:], ids=lambda path: path.name)


@pytest.fixture(autouse=True)
def renderable() -> None:
    try:
        manifests.renderer()
    except manifests.NotRenderable:
        pytest.skip("there is neither kustomize nor kubectl here")


def of_kind(overlay: Path, *kinds: str) -> list[Manifest]:
    return [each for each in manifests.rendered(overlay) if each["kind"] in kinds]


def pods(overlay: Path) -> Iterator[tuple[Manifest, Manifest]]:
    """Labels and specification of what each workload runs."""
    for workload in of_kind(overlay, "Deployment", "StatefulSet"):
        template = workload["spec"]["template"]
        yield template["metadata"]["labels"], template["spec"]


def containers(overlay: Path) -> Iterator[Manifest]:
    for _, pod in pods(overlay):
        yield from (*pod.get("initContainers", ()), *pod["containers"])


@EVERY
@pytest.mark.parametrize("version_of", [lambda: manifests.OLDEST, manifests.newest], ids=["oldest", "newest"])
def test_kubernetes_takes_every_manifest(overlay: Path, version_of: Callable[[], str]) -> None:
    version = version_of()
    assert [fault for each in manifests.rendered(overlay) for fault in manifests.faults(each, version)] == []


def test_a_misspelt_field_and_a_kind_that_is_gone_are_found() -> None:
    (deployment, *_) = of_kind(OVERLAYS[0], "Deployment")
    misspelt = {**deployment, "spec": {**deployment["spec"], "replica": 3}}
    assert "'replica' was unexpected" in next(manifests.faults(misspelt, manifests.OLDEST))
    gone = {"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": "old"}}
    assert list(manifests.faults(gone, manifests.newest()))


@EVERY
def test_what_is_referred_to_is_there(overlay: Path) -> None:
    present = {(each["kind"], each["metadata"]["name"]) for each in manifests.rendered(overlay)}
    # Made outside: the secrets, by people and by the operator of the database.
    present |= {("Secret", "rounds"), ("Secret", "rounds-database-app")}
    for container in containers(overlay):
        for source in container.get("envFrom", ()):
            (key, reference) = next(iter(source.items()))
            assert ({"configMapRef": "ConfigMap", "secretRef": "Secret"}[key], reference["name"]) in present
        for variable in container.get("env", ()):
            if "valueFrom" in variable:
                assert ("Secret", variable["valueFrom"]["secretKeyRef"]["name"]) in present
        known: list[str] = []
        for variable in container.get("env", ()):  # `$(NAME)` is filled from what stands above it
            assert set(re.findall(r"\$\((\w+)\)", variable.get("value", ""))) <= set(known)
            known.append(variable["name"])
    for scaler in of_kind(overlay, "HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        assert (target["kind"], target["name"]) in present
    for ingress in of_kind(overlay, "Ingress"):
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                assert ("Service", path["backend"]["service"]["name"]) in present


@EVERY
def test_hosts_that_the_settings_name_are_services(overlay: Path) -> None:
    named = {
        host
        for container in containers(overlay)
        for variable in container.get("env", ())
        for host in re.findall(r"@([a-z-]+):|//([a-z-]+):\d", variable.get("value", ""))
    }
    services = {each["metadata"]["name"] for each in of_kind(overlay, "Service")}
    # What the operators make for a cluster and for a Redis of these names.
    services |= {f"{each['metadata']['name']}-{end}" for each in of_kind(overlay, "Cluster") for end in ("rw", "ro")}
    services |= {each["metadata"]["name"] for each in of_kind(overlay, "Redis")}
    assert {one or other for one, other in named} <= services


@EVERY
def test_each_selector_finds_pods_and_only_those_it_means(overlay: Path) -> None:
    labels = [each for each, _ in pods(overlay)]
    for each in of_kind(overlay, "Service", "PodDisruptionBudget", "NetworkPolicy", "Deployment", "StatefulSet"):
        spec = each["spec"]
        selector = spec.get("selector") or spec.get("podSelector") or {}
        wanted = selector.get("matchLabels", selector)
        if each["metadata"]["name"] == "rounds-hidden":
            assert not wanted
        else:
            assert len([found for found in labels if wanted.items() <= found.items()]) == 1, each["metadata"]["name"]


@EVERY
def test_every_pod_keeps_to_the_restricted_standard(overlay: Path) -> None:
    (namespace,) = of_kind(overlay, "Namespace")
    assert namespace["metadata"]["labels"] == {"pod-security.kubernetes.io/enforce": "restricted"}
    accounts = [each["automountServiceAccountToken"] for each in of_kind(overlay, "ServiceAccount")]
    assert accounts == [False]
    for _, pod in pods(overlay):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert "serviceAccountName" in pod or pod["automountServiceAccountToken"] is False
    for container in containers(overlay):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}


@EVERY
def test_rounds_can_be_reached_and_reaches_only_by_rule(overlay: Path) -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in of_kind(overlay, "NetworkPolicy")}
    assert set(policies) == {"rounds", "rounds-consumer"}
    for policy in policies.values():
        assert policy["policyTypes"] == ["Ingress", "Egress"]
        assert all(rule["ports"] for rule in (*policy["ingress"], *policy["egress"]))
        assert all(rule["from"] for rule in policy["ingress"])
    # Every port that the settings lead to may be reached.
    ports = {port["port"] for rule in policies["rounds"]["egress"] for port in rule["ports"]}
    named = {
        int(port)
        for container in containers(overlay)
        for variable in container.get("env", ())
        for port in re.findall(r":(\d+)/", variable.get("value", ""))
    }
    assert named <= ports


@PRODUCTION
def test_servers_and_consumers_may_be_lost_one_at_a_time(overlay: Path) -> None:
    names = {"rounds", "rounds-consumer"}
    assert {each["metadata"]["name"] for each in of_kind(overlay, "PodDisruptionBudget")} == names
    scalers = {each["metadata"]["name"]: each["spec"] for each in of_kind(overlay, "HorizontalPodAutoscaler")}
    assert set(scalers) == names
    assert all(scaler["minReplicas"] >= 2 for scaler in scalers.values())
    for labels, pod in pods(overlay):
        spread = pod["topologySpreadConstraints"]
        assert [each["topologyKey"] for each in spread] == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
        assert all(each["labelSelector"]["matchLabels"] == labels for each in spread)


def test_consumers_follow_what_waits_under_a_name_that_the_adapter_gives() -> None:
    scalers = of_kind(OVERLAYS[1], "HorizontalPodAutoscaler")
    (asked,) = [
        metric["external"]["metric"]["name"]
        for scaler in scalers
        for metric in scaler["spec"]["metrics"]
        if metric["type"] == "External"
    ]
    (rule,) = yaml.safe_load((manifests.KUBERNETES / "prometheus-adapter" / "values.yaml").read_text())["rules"][
        "external"
    ]
    assert rule["name"]["as"] == asked
    rules = (ROOT / "deploy" / "monitoring" / "prometheus" / "rules.yml").read_text()
    assert re.search(rf"\b{rule['seriesQuery']}\b", rules)


def test_the_database_has_connections_for_all_pods() -> None:
    overlay = OVERLAYS[2]
    (settings,) = [each["data"] for each in of_kind(overlay, "ConfigMap") if "ROUNDS_DATABASE_POOL" in each["data"]]
    pods_at_most = sum(each["spec"]["maxReplicas"] for each in of_kind(overlay, "HorizontalPodAutoscaler"))
    (cluster,) = of_kind(overlay, "Cluster")
    most = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
    assert 2 * int(settings["ROUNDS_DATABASE_POOL"]) * pods_at_most < most


@EVERY
def test_rounds_starts_with_what_its_pods_are_given(overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "POSTGRES_PASSWORD": "0123abcd" * 6,
        "DATABASE_PASSWORD": "4567abcd" * 6,
        "REDIS_PASSWORD": "89ababcd" * 6,
        "ROUNDS_JWT_SECRET": "0123456789abcdef" * 2,
        "ROUNDS_ADMIN_PASSWORD": "seven quiet herons",
        "ROUNDS_DATABASE_URL": "postgresql://rounds:secret@managed:5432/rounds?sslmode=require",
    }
    (data,) = [each["data"] for each in of_kind(overlay, "ConfigMap") if "ROUNDS_PORT" in each["data"]]
    given = secrets | data
    if overlay.name != "local":
        given["ROUNDS_TRUSTED_PROXIES"] = "10.20.30.0/24"  # which the operator of the cluster must say
    (server,) = [each for each in containers(overlay) if each["name"] == "api"]
    for variable in server.get("env", ()):
        if "value" in variable:
            given[variable["name"]] = re.sub(r"\$\((\w+)\)", lambda name: given[name[1]], variable["value"])
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load(_env_file=None)
    assert settings.production is (overlay.name != "local")
    assert settings.database_url is not None
    assert "$(" not in settings.database_url.get_secret_value()
