"""What a bundle consists of: no GPL, a licence for each package, and a bill of materials that can be read."""

from __future__ import annotations

import json
import re
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from installers.licences import (
    Package,
    is_copyleft,
    main,
    packages_in,
    packages_in_wheels,
    refused,
    write_inventory,
)
from installers.lock import blocks_of

ROOT = Path(__file__).resolve().parents[2]
SITE_PACKAGES = Path(str(metadata.distribution("numpy").locate_file("")))


def _shipped() -> list[Package]:
    lock = (ROOT / "installers" / "requirements" / "run.txt").read_text(encoding="utf-8")
    pinned = blocks_of(lock).keys()
    return [p for p in packages_in(SITE_PACKAGES) if re.sub(r"[-_.]+", "-", p.name).lower() in pinned]


def _wheel(folder: Path, name: str, licence: str) -> None:
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}\nVersion: 1.0\n{licence}\n\ntext")
        archive.writestr(f"{name}-1.0.dist-info/licenses/LICENSE", "do what you like")
        archive.writestr(f"{name}/code.py", "")


@pytest.mark.parametrize(
    ("licence", "copyleft"),
    [
        ("MIT", False),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", False),
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0", True),
        ("GNU Affero General Public License v3", True),
        ("GNU General Public License v2 or later (GPLv2+)", True),
        ("MIT AND GPL-3.0-only", True),
        ("GPLv3", True),
        ("MIT OR GPL-3.0-only", False),
    ],
)
def test_that_the_gpl_is_told_from_the_lgpl_and_from_a_choice(licence: str, copyleft: bool) -> None:
    assert is_copyleft(licence) is copyleft


def test_that_nothing_the_program_needs_is_under_the_gpl_or_without_a_licence() -> None:
    shipped = _shipped()
    assert len(shipped) > 90
    assert [package.name for package in refused(shipped)] == []
    assert [package.name for package in shipped if not package.licence] == []


def test_that_the_inventory_of_this_installation_is_complete(tmp_path: Path) -> None:
    shipped = _shipped()
    write_inventory(tmp_path, shipped)
    bill = json.loads((tmp_path / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    named = {part["name"]: part for part in bill["components"]}
    assert {package.name for package in shipped} <= named.keys()
    assert named["numpy"]["purl"] == f"pkg:pypi/numpy@{metadata.version('numpy')}"
    references = [part["bom-ref"] for part in bill["components"]]
    assert len(references) == len(set(references))
    listed = (tmp_path / "licences.txt").read_text(encoding="utf-8")
    assert all(package.name in listed for package in shipped)
    # Qt comes without its licence text; the LGPL asks that it travels along.
    assert (tmp_path / "texts" / "LGPL-3.0.txt").is_file()
    assert (tmp_path / "texts" / "GPL-3.0.txt").is_file()
    assert list((tmp_path / "texts" / "numpy").iterdir())


def test_that_wheels_of_another_system_are_read_without_installing_them(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    _wheel(wheels, "one", "License-Expression: MIT")
    _wheel(wheels, "two", "Classifier: License :: OSI Approved :: BSD License")
    assert main(["--wheels", str(wheels), "--out", str(tmp_path / "out")]) == 0
    bill = json.loads((tmp_path / "out" / "sbom.cdx.json").read_text(encoding="utf-8"))
    one = next(part for part in bill["components"] if part["name"] == "one")
    assert one["licenses"] == [{"expression": "MIT"}]
    assert re.fullmatch("[0-9a-f]{64}", one["hashes"][0]["content"])
    assert (tmp_path / "out" / "texts" / "two" / "00-LICENSE").read_text() == "do what you like"


def test_that_a_package_under_the_gpl_stops_the_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _wheel(tmp_path, "free", "License: MIT")
    _wheel(tmp_path, "bound", "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)")
    _wheel(tmp_path, "silent", "Summary: says nothing")
    assert [package.name for package in refused(packages_in_wheels(tmp_path))] == ["bound"]
    assert main(["--wheels", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    assert "bound" in told
    assert "silent 1.0 (no licence)" in told
    assert not (tmp_path / "out").exists()
