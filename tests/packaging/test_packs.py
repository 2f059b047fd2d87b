"""Signed packs: what is accepted, and that everything altered, unsigned or leading outside is refused."""

from __future__ import annotations

import io
import json
import random
import tarfile
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.installation.pack import MANIFEST, OpenPack, check_place, make_pack
from core.installation.placing import install_pack, package_folders, this_platform, unpack_tar, unpack_wheel
from core.installation.sealed import CONTENT_STARTS, PackRefused, seal, trusted_keys
from core.installation.versions import Installation
from core.paths import Folders
from core.verification.manifest import write_manifest
from installers.keys import provide_key, trust

KEY = Ed25519PrivateKey.generate()
TRUSTED = (KEY.public_key(),)


def folders_in(place: Path) -> Folders:
    return Folders(home=place / "home").made()


def weights_pack(place: Path, *, key: Ed25519PrivateKey = KEY) -> Path:
    content = place / "content" / "finder" / "9.0.0"
    content.mkdir(parents=True)
    (content / "model.onnx").write_bytes(b"weights" * 20)
    (content / "card.json").write_text("{}", encoding="utf-8")
    pack = place / "weights.centromere-pack"
    make_pack(place / "content", pack, key, kind="models", name="finder", version="9.0.0", platform="any")
    return pack


def refused(pack: Path, place: Path) -> str:
    with pytest.raises(PackRefused) as refusal:
        install_pack(pack, keys=TRUSTED, folders=folders_in(place), installation=None, version="0.1.0")
    assert not list((place / "home" / "weights").iterdir())
    return str(refusal.value)


def signed_zip(place: Path, entries: dict[str, bytes], listed: dict[str, object] | None = None) -> Path:
    """A pack with a valid signature over whatever is wanted, as somebody with the key could make it."""
    import hashlib

    files = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in entries.items()
    }
    told = {
        "format": 1, "kind": "models", "name": "finder", "version": "9.0.0", "platform": "any",
        "files": files if listed is None else listed,
    }  # fmt: skip
    archive = place / "made.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr(MANIFEST, json.dumps(told))
        for name, content in entries.items():
            out.writestr(name, content)
    pack = place / "made.centromere-pack"
    seal(archive, pack, KEY)
    return pack


def test_that_a_signed_pack_of_weights_is_installed(tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    install_pack(weights_pack(tmp_path), keys=TRUSTED, folders=folders, installation=None, version="0.1.0")
    assert (folders.weights / "finder" / "9.0.0" / "model.onnx").read_bytes() == b"weights" * 20
    assert [path.name for path in folders.weights.iterdir()] == ["finder"]


def test_that_a_pack_is_installed_once(tmp_path: Path) -> None:
    pack = weights_pack(tmp_path)
    folders = folders_in(tmp_path)
    install_pack(pack, keys=TRUSTED, folders=folders, installation=None, version="0.1.0")
    with pytest.raises(PackRefused, match="installed already"):
        install_pack(pack, keys=TRUSTED, folders=folders, installation=None, version="0.1.0")


def test_that_a_change_of_any_single_byte_is_refused(tmp_path: Path) -> None:
    pack = weights_pack(tmp_path)
    whole = pack.read_bytes()
    chance = random.Random(5)
    for position in range(len(whole)):
        altered = bytearray(whole)
        altered[position] ^= 1 << chance.randrange(8)
        pack.write_bytes(altered)
        with pytest.raises(PackRefused):
            OpenPack(pack, TRUSTED)
    pack.write_bytes(whole)
    with OpenPack(pack, TRUSTED) as opened:
        assert opened.pack.name == "finder"


def test_that_a_pack_cut_short_or_made_longer_is_refused(tmp_path: Path) -> None:
    pack = weights_pack(tmp_path)
    whole = pack.read_bytes()
    for other in (
        b"",
        whole[:10],
        whole[: CONTENT_STARTS - 1],
        whole[:CONTENT_STARTS],
        whole[:-1],
        whole + b"\0",
    ):
        pack.write_bytes(other)
        with pytest.raises(PackRefused):
            OpenPack(pack, TRUSTED)


def test_that_an_unsigned_archive_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "plain.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr(MANIFEST, "{}")
    assert "without a signature" in refused(archive, tmp_path)


def test_that_a_pack_of_an_unknown_key_is_refused(tmp_path: Path) -> None:
    pack = weights_pack(tmp_path, key=Ed25519PrivateKey.generate())
    assert "not known here" in refused(pack, tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../outside", "finder/../../outside", "/etc/outside", "finder//outside", "C:/outside",
        "finder\\..\\outside", "finder/./model", "finder/con", "finder/NUL.txt", "finder/model ",
        "finder/a\nb", "", "finder/e\u0301",
    ],
)  # fmt: skip
def test_that_a_name_leading_outside_its_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(PackRefused):
        check_place(name)
    if name:
        refused(signed_zip(tmp_path, {name: b"outside"}), tmp_path)
    assert not (tmp_path / "outside").exists()


def test_that_files_beside_the_list_are_refused(tmp_path: Path) -> None:
    entries = {"finder/9.0.0/model.onnx": b"one"}
    assert "other files" in refused(signed_zip(tmp_path, entries, listed={}), tmp_path)


def test_that_a_file_other_than_listed_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    listed: dict[str, object] = {"finder/9.0.0/model.onnx": {"bytes": 3, "sha256": "0" * 64}}
    pack = signed_zip(tmp_path, {"finder/9.0.0/model.onnx": b"one"}, listed=listed)
    assert "not what its list says" in refused(pack, tmp_path)


def test_that_names_that_differ_in_capitals_only_are_refused(tmp_path: Path) -> None:
    entries = {"finder/9.0.0/a.onnx": b"1", "finder/9.0.0/A.onnx": b"2"}
    assert "capitals" in refused(signed_zip(tmp_path, entries), tmp_path)


def test_that_a_pack_for_another_system_is_refused(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "a.whl").write_bytes(b"")
    pack = tmp_path / "p.centromere-pack"
    make_pack(content, pack, KEY, kind="packages", name="training", version="0.1.0", platform="amiga-m68k")
    assert "amiga-m68k" in refused(pack, tmp_path)


def test_that_wheels_of_a_pack_can_be_imported_from_its_folder(tmp_path: Path) -> None:
    wheels = tmp_path / "content" / "wheels"
    wheels.mkdir(parents=True)
    with zipfile.ZipFile(wheels / "alpha-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("alpha/__init__.py", "ONE = 1\n")
        wheel.writestr("alpha-1.0.data/purelib/beta.py", "TWO = 2\n")
        wheel.writestr("alpha-1.0.data/scripts/alpha", "#!python\n")
        wheel.writestr("alpha-1.0.dist-info/WHEEL", "")
    pack = tmp_path / "p.centromere-pack"
    options = {"kind": "packages", "name": "training", "version": "0.1.0", "platform": this_platform()}
    make_pack(tmp_path / "content", pack, KEY, **options)
    folders = folders_in(tmp_path)
    install_pack(pack, keys=TRUSTED, folders=folders, installation=None, version="0.1.0")
    (found,) = package_folders(folders)
    assert sorted(path.name for path in found.iterdir()) == ["alpha", "alpha-1.0.dist-info", "beta.py"]


def test_that_a_wheel_leading_outside_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "evil-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as out:
        out.writestr("../outside.py", "")
    site = tmp_path / "site"
    site.mkdir()
    with pytest.raises(PackRefused):
        unpack_wheel(wheel, site)
    assert not (tmp_path / "outside.py").exists()


def entry(name: str, kind: bytes = tarfile.REGTYPE, leads_to: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    made.linkname = leads_to
    return made


@pytest.mark.parametrize(
    "member",
    [
        entry("bundle/../../outside"),
        entry("/outside"),
        entry("bundle/link", tarfile.SYMTYPE, "/etc/passwd"),
        entry("bundle/link", tarfile.LNKTYPE, "../outside"),
        entry("bundle/device", tarfile.CHRTYPE),
        entry("bundle/pipe", tarfile.FIFOTYPE),
    ],
    ids=lambda member: member.name.replace("/", "_"),
)
def test_that_an_update_with_links_devices_or_ways_out_is_refused(
    member: tarfile.TarInfo, tmp_path: Path
) -> None:
    archive = tmp_path / "bundle.tar.xz"
    with tarfile.open(archive, "w:xz") as out:
        out.addfile(member, io.BytesIO(b""))
    with pytest.raises(PackRefused):
        unpack_tar(archive, tmp_path / "unpacked")
    assert not (tmp_path / "outside").exists()


def bundle(place: Path, version: str) -> Path:
    """A bundle in small: a program, its menu files, and its manifest."""
    folder = place / f"centromere-{version}-{this_platform()}"
    (folder / "program").mkdir(parents=True)
    (folder / "program" / "main.py").write_text(f"# {version}\n", encoding="utf-8")
    write_manifest(folder, version=version)
    return folder


def update(place: Path, version: str, *, told: str | None = None) -> Path:
    content = place / f"update-{version}"
    content.mkdir()
    folder = bundle(place, version)
    with tarfile.open(content / f"{folder.name}.tar.xz", "w:xz") as out:
        out.add(folder, folder.name)
    pack = place / f"{version}.centromere-pack"
    options = {"kind": "update", "name": "centromere", "platform": this_platform()}
    make_pack(content, pack, KEY, version=told or version, **options)
    return pack


def test_that_an_update_stands_beside_the_version_before_and_starts_from_then_on(tmp_path: Path) -> None:
    installation = Installation(prefix=tmp_path / "opt")
    installation.copy_in(bundle(tmp_path, "0.1.0"))
    installation.choose("0.1.0")
    pack = update(tmp_path, "0.10.0")
    install_pack(pack, keys=TRUSTED, folders=folders_in(tmp_path), installation=installation, version="0.1.0")
    assert installation.versions() == ("0.1.0", "0.10.0")
    assert installation.current == "0.10.0"
    assert (tmp_path / "opt" / "current" / "program" / "main.py").read_text(encoding="utf-8") == "# 0.10.0\n"
    assert not list((tmp_path / "opt" / "versions").glob("*.part"))


def test_that_an_update_that_is_not_newer_or_has_nowhere_to_go_is_refused(tmp_path: Path) -> None:
    installation = Installation(prefix=tmp_path / "opt")
    installation.copy_in(bundle(tmp_path, "0.2.0"))
    folders = folders_in(tmp_path)
    pack = update(tmp_path, "0.1.9")
    with pytest.raises(PackRefused, match=r"0\.2\.0 is running"):
        install_pack(pack, keys=TRUSTED, folders=folders, installation=installation, version="0.2.0")
    with pytest.raises(PackRefused, match="not installed"):
        install_pack(pack, keys=TRUSTED, folders=folders, installation=None, version="0.1.0")


def test_that_an_update_that_holds_another_version_than_it_says_leaves_nothing(tmp_path: Path) -> None:
    installation = Installation(prefix=tmp_path / "opt")
    installation.copy_in(bundle(tmp_path, "0.1.0"))
    pack = update(tmp_path, "0.3.0", told="0.4.0")
    with pytest.raises(PackRefused, match=r"expected version 0\.4\.0"):
        install_pack(
            pack, keys=TRUSTED, folders=folders_in(tmp_path), installation=installation, version="0.1.0"
        )
    assert installation.versions() == ("0.1.0",)


def test_that_the_private_key_is_its_owners_and_the_public_one_is_trusted(tmp_path: Path) -> None:
    place = tmp_path / "config" / "signing-key.pem"
    key = provide_key(place)
    assert place.stat().st_mode & 0o077 == 0
    assert provide_key(place).private_bytes_raw() == key.private_bytes_raw()
    trust(key, tmp_path / "keys")
    (trusted,) = trusted_keys(tmp_path / "keys")
    pack = weights_pack(tmp_path, key=key)
    with OpenPack(pack, [trusted]) as opened:
        assert opened.pack.version == "9.0.0"


def test_that_no_private_key_is_in_the_repository() -> None:
    root = Path(__file__).resolve().parents[2]
    for path in (root / "resources").rglob("*.pem"):
        assert b"PRIVATE" not in path.read_bytes()
