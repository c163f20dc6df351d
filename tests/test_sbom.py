"""The bill of materials names everything that is installed and sent, and says the same each time."""

import re
from pathlib import Path

from tests import sbom

ROOT = Path(__file__).parents[1]


def test_it_names_every_pinned_package_once_with_its_hashes() -> None:
    told = [one for one in sbom.make()["components"] if one["type"] == "library"]
    pinned = re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert sorted(one["name"] for one in told) == sorted(pinned)
    assert len(pinned) > 50
    assert all(
        one["properties"] and one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in told
    )


def test_it_names_what_readers_are_sent_by_its_bytes() -> None:
    files = {one["name"] for one in sbom.make()["components"] if one["type"] == "file"}
    assert {"web/static/wavesurfer/wavesurfer.js", "web/static/player.js"} <= files
    assert any(name.endswith(".woff2") for name in files)


def test_the_same_tree_has_the_same_bill_and_each_part_a_name_of_its_own() -> None:
    told = sbom.make()
    assert told == sbom.make()
    references = [one["bom-ref"] for one in told["components"]]
    assert len(references) == len(set(references))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
