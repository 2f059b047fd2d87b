"""Bundles: what is left out, the pins of another system, the menu, and versions side by side."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.installation.menu import Menu, remove_menu, write_menu
from core.installation.versions import Installation, NotInstalled, bundle_of
from core.verification.manifest import write_manifest
from installers.bundling.icon import svg
from installers.bundling.left_out import CODECS, DISTRIBUTIONS, STANDARD_LIBRARY
from installers.bundling.order import Order
from installers.bundling.program import tracked, version_of
from installers.bundling.wheels import PLATFORMS, check_complete, wanted
from installers.lock import blocks_of

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "installers" / "bundling" / "files"
LOCK = ROOT / "installers" / "requirements" / "run.txt"


def order_for(platform: str, place: Path) -> Order:
    system, _, machine = platform.partition("-")
    options = {"pack": None, "key": None, "out": place, "work": place, "folder_only": True}
    return Order(system=system, machine=machine, **options)


def bundle(place: Path, version: str) -> Path:
    """A bundle in small, with the real menu files."""
    folder = place / f"unpacked-{version}"
    (folder / "program").mkdir(parents=True)
    (folder / "program" / "main.py").write_text(f"# {version}\n", encoding="utf-8")
    (folder / "share" / "icons").mkdir(parents=True)
    for name in ("centromere.desktop", "centromere-mime.xml"):
        (folder / "share" / name).write_text((FILES / name).read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("256.png", "48.png", "centromere.svg"):
        (folder / "share" / "icons" / name).write_text(svg(), encoding="utf-8")
    write_manifest(folder, version=version)
    return folder


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_that_markers_are_answered_for_the_system_of_the_bundle(platform: str, tmp_path: Path) -> None:
    names = set(blocks_of(wanted(Path(sys.executable), LOCK, order_for(platform, tmp_path))))
    assert ("pywin32" in names) == platform.startswith("windows")
    assert ("appnope" in names) == platform.startswith("macos")
    assert {"numpy", "pyside6-essentials", "cryptography", "cffi", "onnxruntime"} <= names


def test_that_a_missing_doubled_or_altered_wheel_and_a_source_package_are_told(tmp_path: Path) -> None:
    wheel = tmp_path / "alpha-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as out:
        out.writestr("alpha-1.0.dist-info/WHEEL", "")
    import hashlib

    pins = f"alpha==1.0 \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    check_complete(pins, tmp_path)
    with pytest.raises(ValueError, match="locked hash"):
        check_complete("alpha==1.0 \\\n    --hash=sha256:00\n", tmp_path)
    with pytest.raises(ValueError, match="one wheel of beta, got 0"):
        check_complete(pins + "beta==1 \\\n    --hash=sha256:00\n", tmp_path)
    (tmp_path / "beta-1.tar.gz").write_bytes(b"")
    with pytest.raises(ValueError, match="wheels only"):
        check_complete(pins, tmp_path)


def test_that_nothing_is_left_out_that_the_program_asks_for() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {name.split("[")[0].split(">")[0].replace("-", "_").lower() for name in project["dependencies"]}
    assert asked & set(DISTRIBUTIONS) == set()
    assert {"png", "jpeg2k"} & set(CODECS) == set()


def test_that_libraries_under_the_gpl_are_left_out() -> None:
    assert {"lib-dynload/readline*", "lib-dynload/_gdbm*", "lib-dynload/_dbm*"} <= set(STANDARD_LIBRARY)
    assert "lzo" in CODECS


def test_that_the_program_in_a_bundle_has_weights_samples_and_pins() -> None:
    names = tracked(ROOT)
    assert {"main.py", "installers/requirements/run.txt", "resources/idiograms/bands.tsv"} <= set(names)
    assert any(name.startswith("resources/weights/") and name.endswith(".onnx") for name in names)
    assert not any(name.startswith(("tests/", ".git")) for name in names)
    assert version_of(ROOT)


@pytest.mark.parametrize("script", sorted(path for path in FILES.rglob("*") if path.suffix == ".sh"), ids=str)
def test_that_a_shell_reads_the_script(script: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("no shell of POSIX here")
    subprocess.run(["sh", "-n", str(script)], check=True)


def test_that_the_install_script_of_windows_copies_what_the_bundle_has() -> None:
    text = (FILES / "windows" / "install.ps1").read_text(encoding="utf-8")
    own = {path.name for path in (FILES / "windows").iterdir()}
    assert {name for name in own if f"'{name}'" not in text} == set()
    assert text.count("{") == text.count("}")
    assert text.count("(") == text.count(")")


def test_that_a_damaged_bundle_is_not_installed(tmp_path: Path) -> None:
    folder = bundle(tmp_path, "0.1.0")
    (folder / "program" / "main.py").write_text("# 0.1.1\n", encoding="utf-8")
    installation = Installation(prefix=tmp_path / "opt")
    with pytest.raises(NotInstalled, match=r"program/main\.py"):
        installation.copy_in(folder)
    assert installation.versions() == ()
    assert not list((tmp_path / "opt" / "versions").iterdir())


def test_that_the_menu_follows_the_current_version_and_goes_with_the_program(tmp_path: Path) -> None:
    installation = Installation(prefix=tmp_path / "my opt")
    for version in ("0.1.0", "0.2.0"):
        installation.copy_in(bundle(tmp_path, version))
    installation.choose("0.2.0")
    menu = Menu(share=tmp_path / "share", commands=tmp_path / "bin")
    write_menu(menu, installation)
    assert f'Exec="{tmp_path}/my opt/current/centromere" %F' in menu.entry.read_text(encoding="utf-8")
    assert bundle_of(menu.command.readlink().parent / "program") is not None
    installation.choose("0.1.0")
    assert installation.current == "0.1.0"
    remove_menu(menu, installation)
    for version in installation.versions():
        installation.remove(version)
    assert not menu.entry.exists()
    assert not menu.command.is_symlink()
    assert not installation.prefix.exists()


def test_that_a_command_of_another_installation_stays(tmp_path: Path) -> None:
    installation = Installation(prefix=tmp_path / "opt")
    installation.copy_in(bundle(tmp_path, "0.1.0"))
    installation.choose("0.1.0")
    menu = Menu(share=tmp_path / "share", commands=tmp_path / "bin")
    write_menu(menu, installation)
    remove_menu(menu, Installation(prefix=tmp_path / "other"))
    assert menu.command.is_symlink()
