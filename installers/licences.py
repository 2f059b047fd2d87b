"""Write what a bundle consists of: a bill of materials (CycloneDX 1.6) and the licences of every package.

``python3 installers/licences.py --packages DIR --out DIR``   of an installed tree (``site-packages``)
``python3 installers/licences.py --wheels DIR --out DIR``     of a folder of wheels, also for another system

A package under the GPL or AGPL is refused, because what ships with it would have to be under it as well.
The LGPL is not: its libraries (Qt, psycopg) are separate files that anybody may replace by another build.
Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import uuid
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.version import VERSION  # noqa: E402 - found only once the folder of the program is on the path

_HOMES: Final = ("homepage", "home", "source", "source code", "repository")
BILL: Final = "sbom.cdx.json"
LIST: Final = "licences.txt"
_TEXT: Final = re.compile(r"(licen[cs]e|copying|notice|thirdparty)", re.IGNORECASE)
_NO_TEXT: Final = (".py", ".pyc", ".pyi", ".so", ".pyd", ".dll", ".h", ".json")
_COPYLEFT: Final = re.compile(r"\bA?GPL|GNU (Affero )?General Public|AFFERO", re.IGNORECASE)
_LESSER: Final = re.compile(r"\bLGPL|Lesser General Public|Library General Public", re.IGNORECASE)

#: Files that stand under the GPL inside packages that do not; a bundle leaves them out.
LEFT_OUT: Final = {
    "reportlab": ("reportlab/fonts/DarkGarden*",),  # a typeface nobody asks for
    "pyopengl": ("OpenGL/DLLS/gle*",),  # a helper library of Windows nobody asks for
}

#: Parts of a bundle that are no Python package: name, version, licence, address.
OTHER_PARTS: Final = (
    ("DejaVu fonts", "2.37", "LicenseRef-DejaVu", "https://dejavu-fonts.github.io"),
    ("CPython", "3.11", "PSF-2.0", "https://www.python.org"),
    ("Centromere weights", VERSION, "Apache-2.0", ""),
)


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package as it says of itself: name, version, licence, home page, and its licence texts by path."""

    name: str
    version: str
    licence: str
    home: str = ""
    sha256: str = ""
    texts: dict[str, bytes] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether it may only be used under the GPL or AGPL."""
        return is_copyleft(self.licence)


def is_copyleft(licence: str) -> bool:
    """Tell whether every choice that a licence leaves is the GPL or AGPL; the LGPL is neither."""
    choices = re.split(r"\s+OR\s+", licence)
    return bool(licence) and all(_COPYLEFT.search(_LESSER.sub("", choice)) for choice in choices)


def packages_in(folder: Path) -> tuple[Package, ...]:
    """Read the packages installed in a folder, usually ``site-packages``, in the order of their names."""
    found = {}
    for distribution in metadata.distributions(path=[str(folder)]):
        texts = {}
        for file in distribution.files or ():
            place = Path(str(file.locate()))
            if _is_text(file) and place.is_file():
                texts[file.as_posix()] = place.read_bytes()
        package = _package(HeaderParser().parsestr(distribution.read_text("METADATA") or ""), texts)
        found[package.name.lower()] = package
    return tuple(found[name] for name in sorted(found))


def packages_in_wheels(folder: Path) -> tuple[Package, ...]:
    """Read the packages of a folder of wheels, for whatever system they are, in the order of their names.

    Raises
    ------
    ValueError
        Where a wheel tells nothing of itself.
    """
    found = {}
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
            own = [name for name in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
            if len(own) != 1:
                raise ValueError(f"expected one METADATA in {wheel.name}, got {len(own)}, download it again")
            texts = {name: archive.read(name) for name in names if _is_text(PurePosixPath(name))}
            about = HeaderParser().parsestr(archive.read(own[0]).decode("utf-8"))
        sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
        package = _package(about, texts, sha256=sha256)
        found[package.name.lower()] = package
    return tuple(found[name] for name in sorted(found))


def refused(packages: Iterable[Package]) -> tuple[Package, ...]:
    """Tell the packages that must not ship."""
    return tuple(package for package in packages if package.refused)


def write_inventory(target: Path, packages: Sequence[Package], *, now: datetime | None = None) -> None:
    """Write the bill of materials, the list of licences and their texts into a folder.

    Parameters
    ----------
    target
        Folder; made where it is absent. It gets ``sbom.cdx.json``, ``licences.txt`` and ``texts/``.
    packages
        What ships.
    now
        The moment that the bill names; the clock when None.

    Raises
    ------
    ValueError
        Where a package is under the GPL or AGPL, or tells no licence; the text names all of them.
    """
    wrong = [
        f"{package.name} {package.version} ({package.licence or 'no licence'})"
        for package in packages
        if package.refused or not package.licence
    ]
    if wrong:
        raise ValueError(
            f"expected packages under licences that may ship, got {', '.join(wrong)}, take another package"
        )
    target.mkdir(parents=True, exist_ok=True)
    bill = bill_of_materials(packages, now=now or datetime.now(UTC))
    (target / BILL).write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    (target / LIST).write_text(licence_list(packages), encoding="utf-8")
    for text_of_lgpl in sorted((ROOT / "resources" / "licences").glob("*.txt")):
        (target / "texts").mkdir(exist_ok=True)
        (target / "texts" / text_of_lgpl.name).write_bytes(text_of_lgpl.read_bytes())
    for package in packages:
        for number, (path, text) in enumerate(sorted(package.texts.items())):
            place = target / "texts" / package.name
            place.mkdir(parents=True, exist_ok=True)
            # The same name may come from several folders of a package.
            (place / f"{number:02d}-{PurePosixPath(path).name}").write_bytes(text)


def bill_of_materials(packages: Sequence[Package], *, now: datetime) -> dict[str, object]:
    """Make the bill of materials, CycloneDX 1.6 (ECMA-424), as it is written to JSON."""
    program = {
        "type": "application", "bom-ref": "centromere", "name": "Centromere", "version": VERSION,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }  # fmt: skip
    parts = [_component(package) for package in packages]
    for name, version, licence, home in OTHER_PARTS:
        parts.append(_component(Package(name=name, version=version, licence=licence, home=home), kind="file"))
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(parts, sort_keys=True) + now.isoformat())
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"timestamp": now.isoformat(timespec="seconds"), "component": program},
        "components": parts,
        "dependencies": [{"ref": "centromere", "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def licence_list(packages: Sequence[Package]) -> str:
    """Write the list of licences that a person reads."""
    lines = [
        f"Centromere {VERSION} is under the Apache License 2.0 and contains the packages below.",
        "Their licence texts are in the folder texts. Qt, PySide6, shiboken6 and psycopg are used under the",
        "LGPL 3: they are separate files, which may be replaced by another build of the same version.",
        "",
    ]
    rows = [(p.name, p.version, p.licence, p.home) for p in packages]
    rows += [(name, version, licence, home) for name, version, licence, home in OTHER_PARTS]
    lines += [f"{name:<28}{version:<16}{licence:<44}{home}".rstrip() for name, version, licence, home in rows]
    return "\n".join(lines) + "\n"


def _component(package: Package, *, kind: str = "library") -> dict[str, object]:
    reference = f"pkg:pypi/{package.name.lower()}@{package.version}"
    if kind == "file":
        reference = f"{package.name.lower().replace(' ', '-')}@{package.version}"
    part: dict[str, object] = {
        "type": kind, "bom-ref": reference, "name": package.name, "version": package.version,
        "licenses": [_licence_of(package.licence)],
    }  # fmt: skip
    if kind == "library":
        part["purl"] = reference
    if package.sha256:
        part["hashes"] = [{"alg": "SHA-256", "content": package.sha256}]
    if package.home:
        part["externalReferences"] = [{"type": "website", "url": package.home}]
    return part


def _licence_of(licence: str) -> dict[str, object]:
    """A licence as CycloneDX asks: an expression of SPDX names, or free words."""
    if re.fullmatch(r"[A-Za-z0-9.+-]+( (OR|AND|WITH) [A-Za-z0-9.+-]+)*", licence) and "-" in licence:
        return {"expression": licence}
    if licence in ("MIT", "ISC", "0BSD", "Zlib"):
        return {"expression": licence}
    return {"license": {"name": licence}}


def _package(about: Message, texts: dict[str, bytes], *, sha256: str = "") -> Package:
    return Package(
        name=str(about.get("Name", "")),
        version=str(about.get("Version", "")),
        licence=_licence_in(about),
        home=_home_in(about),
        sha256=sha256,
        texts=texts,
    )


def _licence_in(about: Message) -> str:
    """Tell the licence by the newest of the three ways in which packages say it."""
    expression = str(about.get("License-Expression") or "").strip()
    if expression:
        return expression
    classifiers = [str(line).split("::") for line in about.get_all("Classifier") or ()]
    named = [words[-1].strip() for words in classifiers if words[0].strip() == "License" and len(words) > 2]
    free = str(about.get("License") or "").strip()
    if named:
        return " OR ".join(named)
    return free.splitlines()[0][:80] if free else ""


def _home_in(about: Message) -> str:
    links = [str(line).partition(",") for line in about.get_all("Project-URL") or ()]
    named = {label.strip().lower(): address.strip() for label, _, address in links}
    addresses = [
        str(about.get("Home-page") or ""),
        *(named.get(label, "") for label in _HOMES),
        *named.values(),
    ]
    return next((address for address in addresses if address.startswith("https://")), "")


def _is_text(path: PurePosixPath) -> bool:
    return bool(_TEXT.search(path.name) or "licenses" in path.parts) and path.suffix not in _NO_TEXT


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the inventory that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write the bill of materials and the licences of a bundle.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--packages", type=Path, help="folder of installed packages (site-packages)")
    source.add_argument("--wheels", type=Path, help="folder of wheels")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    asked = parser.parse_args(arguments)
    packages = packages_in(asked.packages) if asked.packages else packages_in_wheels(asked.wheels)
    try:
        write_inventory(asked.out, packages)
    except ValueError as error:
        print(f"licences.py: {error}", file=sys.stderr)
        return 1
    print(f"{len(packages)} packages: {asked.out / BILL}, {asked.out / LIST}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
