"""Renders every overlay of deploy/kubernetes and asks the schemas of the oldest and the newest Kubernetes about it."""

import subprocess
import sys

from kubernetes_manifests import OLDEST, NotRenderable, faults, newest, overlays, rendered


def main() -> int:
    """Say what is wrong; 1 when anything is."""
    found = []
    for overlay in overlays():
        try:
            manifests = rendered(overlay)
        except NotRenderable:
            print("There is neither kustomize nor kubectl here: the manifests for Kubernetes were NOT checked.")
            return 0
        except subprocess.CalledProcessError as error:
            found.append(f"{overlay.name}: {error.stderr.strip()}")
            continue
        found += [
            f"{overlay.name}, Kubernetes {version}: {fault}"
            for version in (OLDEST, newest())
            for manifest in manifests
            for fault in faults(manifest, version)
        ]
    print(*found, sep="\n", end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
