"""What kustomize makes of deploy/kubernetes, and what Kubernetes' own schemas say to it.

Rendering takes `kustomize` or `kubectl`, whichever there is. The schemas come with `kubernetes-validate`, so nothing is
asked of a cluster or of the internet.
"""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

KUBERNETES = Path(__file__).parents[1] / "deploy" / "kubernetes"
OLDEST = "1.30"  # the version that the manifests are written for, and all that follow
# What operators add to Kubernetes has its schemas with them, and is not checked here.
OF_OPERATORS = {"postgresql.cnpg.io/v1", "redis.redis.opstreelabs.in/v1beta2"}


class NotRenderable(Exception):  # noqa: N818 - it says what is missing, not what went wrong
    """There is neither kustomize nor kubectl here."""


def newest() -> str:
    """The newest version that the schemas know."""
    import kubernetes_validate  # noqa: PLC0415 - it takes a second, and whoever only renders does not need it

    return ".".join(kubernetes_validate.latest_version().split(".")[:2])


def overlays() -> list[Path]:
    """The folders that are applied to a cluster."""
    return sorted(path.parent for path in KUBERNETES.glob("overlays/*/kustomization.yaml"))


def renderer() -> list[str]:
    """The command that renders a folder.

    Raises:
        NotRenderable: Where there is none.
    """
    for program, command in (("kustomize", "build"), ("kubectl", "kustomize")):
        if shutil.which(program):
            return [program, command]
    raise NotRenderable


@cache
def rendered(overlay: Path) -> tuple[dict[str, Any], ...]:
    """The manifests that an overlay comes to.

    Raises:
        NotRenderable: Where nothing renders them.
        CalledProcessError: Where they are wrong; `stderr` says why.
    """
    made = subprocess.run([*renderer(), str(overlay)], capture_output=True, text=True, check=True)
    return tuple(yaml.safe_load_all(made.stdout))


def faults(manifest: dict[str, Any], version: str) -> Iterator[str]:
    """What this version of Kubernetes would not take of a manifest: wrong types, and fields that it does not know."""
    import kubernetes_validate  # noqa: PLC0415 - as above

    if manifest["apiVersion"] in OF_OPERATORS:
        return
    name = f"{manifest['kind']} {manifest['metadata']['name']}"
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"{name}: {'.'.join(map(str, error.path))}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError:
        yield f"{name}: Kubernetes {version} knows no {manifest['apiVersion']}"
