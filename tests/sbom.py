"""`make sbom`: what the product is made of, as CycloneDX 1.6, from the lock file and the vendored scripts and fonts. To
be given to whoever looks whether something in it is known to be unsafe; `python -m tests.sbom` prints it."""

import hashlib
import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)(.*?)(?=^[a-z0-9]|\Z)", re.MULTILINE | re.DOTALL)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VENDORED = re.compile(r"\.(?:js|woff2)$")


def make() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    components = [*packages(), *vendored()]
    told = json.dumps([project["version"], components], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, told)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
            }
        },
        "components": components,
    }


def packages() -> list[dict[str, Any]]:
    """Every pinned package; a hash may be of any of its files, as the lock has them."""
    lock = (ROOT / "requirements.lock").read_text()
    return [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "properties": [
                {"name": "lock:sha256", "value": found} for found in sorted(set(HASH.findall(rest)))
            ],
        }
        for name, version, rest in PINNED.findall(lock)
    ]


def vendored() -> list[dict[str, Any]]:
    """Scripts and fonts that readers are sent, ours and others', by their bytes."""
    folder = ROOT / "web/static"
    return [
        {
            "type": "file",
            "bom-ref": path.relative_to(ROOT).as_posix(),
            "name": path.relative_to(ROOT).as_posix(),
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
        }
        for path in sorted(folder.rglob("*"))
        if VENDORED.search(path.name)
    ]


if __name__ == "__main__":
    json.dump(make(), sys.stdout, indent=1)
    sys.stdout.write("\n")
