"""The folder for Windows and macOS: program, weights, every wheel of that system, and an install script."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

from core.verification.manifest import sha256_of, write_manifest
from installers.bundling.icon import draw_icons
from installers.bundling.order import Order
from installers.bundling.program import copy_program, version_of
from installers.environment import child_environment
from installers.licences import packages_in_wheels, write_inventory
from installers.lock import blocks_of

FILES: Final = Path(__file__).with_name("files")

#: Names of platforms as wheels tell them, the newest first; pip takes a wheel of any of them.
_MACOS: Final = [f"macosx_{major}_0" for major in range(14, 10, -1)]
_OLD_MACOS: Final = [f"macosx_10_{minor}" for minor in range(16, 8, -1)]
PLATFORMS: Final = {
    "windows-x86_64": ("win_amd64",),
    "macos-arm64": tuple(f"{name}_{kind}" for name in _MACOS for kind in ("arm64", "universal2")),
    "macos-x86_64": tuple(
        f"{name}_{kind}" for name in [*_MACOS, *_OLD_MACOS] for kind in ("x86_64", "universal2", "intel")
    ),
    "linux-x86_64": (
        *(f"manylinux_2_{minor}_x86_64" for minor in range(36, 4, -1)),
        *("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"),
    ),
}

#: What the markers of the lock files ask about, as those systems answer.
ANSWERS: Final = {
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
}


def download_options(order: Order) -> list[str]:
    """Write what pip is told so that it takes wheels of the platform of `order`, and nothing else."""
    options = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.11"]
    options += ["--abi", "cp311", "--abi", "abi3", "--abi", "none"]
    for name in PLATFORMS[order.platform]:
        options += ["--platform", name]
    return options


def environment_of(order: Order) -> dict[str, str]:
    """Answer the markers of a lock file for the platform of `order` and CPython 3.11."""
    machine = {"windows-x86_64": "AMD64"}.get(order.platform, order.machine)
    return {
        **ANSWERS[order.system],
        "platform_machine": machine,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "python_version": "3.11",
        "python_full_version": "3.11.9",
    }


def wanted(python: Path, lock: Path, order: Order) -> str:
    """Leave in the text of `lock` what the platform of `order` needs, without the markers.

    pip answers markers for the system that it runs on, so they are answered here, with pip's own parser.
    """
    blocks = blocks_of(lock.read_text(encoding="utf-8"))
    question = (
        "import json, sys; from pip._vendor.packaging.markers import Marker\n"
        "markers, answers = json.load(sys.stdin)\n"
        "print(json.dumps([Marker(m).evaluate({**answers, 'extra': ''}) if m else True for m in markers]))"
    )
    pattern = re.compile(r"^(?P<pin>[^;\\]+?)\s*(;\s*(?P<marker>[^\\]*?))?\s*\\?$")
    heads = [pattern.match(block.splitlines()[0]) for block in blocks.values()]
    markers = [head.group("marker") if head else None for head in heads]
    asked = json.dumps([markers, environment_of(order)])
    command = [str(python), "-c", question]
    answer = subprocess.run(
        command, check=True, input=asked, capture_output=True, text=True, env=child_environment()
    )
    lines = []
    for block, head, kept in zip(blocks.values(), heads, json.loads(answer.stdout), strict=True):
        if kept and head is not None:
            lines.append("\n".join([f"{head.group('pin')} \\", *block.splitlines()[1:]]))
    return "\n".join(lines) + "\n"


def download(python: Path, lock: Path, target: Path, order: Order) -> str:
    """Fetch every wheel that `lock` asks for on the platform of `order` into `target`, checked by hash.

    Returns
    -------
    str
        The pins with hashes, of that platform only and without markers.
    """
    text = wanted(python, lock, order)
    asked = order.work / f"{lock.stem}-{order.platform}.txt"
    asked.write_text(text, encoding="utf-8")
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "-qq"]
    command += [
        *download_options(order),
        "--no-deps",
        "--require-hashes",
        "--dest",
        str(target),
        "-r",
        str(asked),
    ]
    subprocess.run(command, check=True, env=child_environment())
    check_complete(text, target)
    return text


def check_complete(pins: str, wheels: Path) -> None:
    """Find for each pin of `pins` exactly one wheel with one of its hashes.

    Raises
    ------
    ValueError
        Where one is missing, is no wheel, or has another hash.
    """
    found: dict[str, list[Path]] = {}
    for path in sorted(wheels.iterdir()):
        if path.suffix != ".whl":
            raise ValueError(f"expected wheels only, got {path.name}")
        name = re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower()
        found.setdefault(name, []).append(path)
    for name, block in blocks_of(pins).items():
        paths = found.get(name, [])
        if len(paths) != 1:
            raise ValueError(f"expected one wheel of {name}, got {len(paths)}")
        if f"sha256:{sha256_of(paths[0])}" not in block:
            raise ValueError(
                f"expected a wheel of {name} with a locked hash, got {paths[0].name} with another"
            )
        with zipfile.ZipFile(paths[0]) as wheel:
            if not any(entry.endswith(".dist-info/WHEEL") for entry in wheel.namelist()):
                raise ValueError(f"expected a whole wheel of {name}, got {paths[0].name}, load it again")


def build_wheels(root: Path, order: Order, tools: Path) -> list[Path]:
    """Build the folder and its ZIP; returns what lies in the folder for results."""
    from installers.bundling.packs import trust_signer

    version = version_of(root)
    name = f"centromere-{version}-{order.platform}"
    folder = order.work / name
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    pins = download(tools, root / "installers" / "requirements" / "run.txt", wheels, order)
    (folder / "requirements.txt").write_text(pins, encoding="utf-8")
    copy_program(root, folder / "program")
    trust_signer(root, order, tools, folder)
    draw_icons(tools, folder / "share" / "icons")
    for source in sorted((FILES / order.system).iterdir()):
        text = source.read_text(encoding="utf-8").replace("@VERSION@", version)
        # The command processor of Windows misreads labels in files with bare line feeds.
        ends = "\r\n" if order.system == "windows" else "\n"
        (folder / source.name).write_text(text, encoding="utf-8", newline=ends)
        (folder / source.name).chmod(0o755 if source.suffix in (".sh", ".command") else 0o644)
    write_inventory(folder / "licences", packages_in_wheels(wheels))
    write_manifest(folder, version=version, apart=("environment",))
    archive = order.out / f"{name}.zip"
    pack_zip(folder, archive)
    return [folder, archive]


def pack_zip(folder: Path, target: Path) -> None:
    """Pack `folder` under its own name; wheels are compressed already and are stored."""
    part = target.with_name(f"{target.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                method = zipfile.ZIP_STORED if path.suffix in (".whl", ".png") else zipfile.ZIP_DEFLATED
                archive.write(
                    path, f"{folder.name}/{path.relative_to(folder).as_posix()}", compress_type=method
                )
    part.replace(target)


if __name__ == "__main__":
    sys.exit("run installers/bundle.py")
