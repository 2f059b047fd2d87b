"""The archives of the bundle for Linux: ``.tar.xz`` and ``.deb``."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from installers.bundling.order import Order

FILES: Final = Path(__file__).with_name("files")
#: Where the package puts its versions, each in a folder of its own.
HOME: Final = "opt/centromere/versions"
#: Strength of xz: 6 makes the files some 5 % smaller and takes three times as long.
STRENGTH: Final = 2


def tar_of(folder: Path, target: Path) -> Path:
    """Pack `folder` as it is, owned by nobody in particular, in an order that does not change."""
    options = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--format=posix"]
    options += ["--pax-option=delete=atime,delete=ctime", "--mtime=@1700000000"]
    command = ["tar", *options, "-C", str(folder.parent), "-cf", "-", folder.name]
    part = target.with_name(f"{target.name}.part")
    with part.open("wb") as stream, subprocess.Popen(command, stdout=subprocess.PIPE) as tar:
        subprocess.run(["xz", f"-{STRENGTH}", "-T", "0"], check=True, stdin=tar.stdout, stdout=stream)
    if tar.returncode:
        raise subprocess.CalledProcessError(tar.returncode, command)
    part.replace(target)
    return target


def debian_package(folder: Path, order: Order, version: str) -> Path:
    """Make the package of this version; two versions are two packages, so that they stand side by side."""
    stage = order.work / "deb"
    shutil.rmtree(stage, ignore_errors=True)
    control = stage / "DEBIAN"
    place = stage / HOME / version
    control.mkdir(parents=True)
    place.parent.mkdir(parents=True)
    # Hard links: the same files stand in both places without taking room twice.
    subprocess.run(["cp", "-al", str(folder), str(place)], check=True)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1024
    machine = {"x86_64": "amd64", "arm64": "arm64"}[order.machine]
    text = (FILES / "control").read_text(encoding="utf-8")
    for word, value in (("@VERSION@", version), ("@SIZE@", str(size)), ("@MACHINE@", machine)):
        text = text.replace(word, value)
    (control / "control").write_text(text, encoding="utf-8")
    priority = "".join(f"{int(part):03d}" for part in version.split("."))
    for name in ("postinst", "prerm"):
        script = (FILES / name).read_text(encoding="utf-8")
        (control / name).write_text(
            script.replace("@VERSION@", version).replace("@PRIORITY@", str(int(priority))), encoding="utf-8"
        )
        (control / name).chmod(0o755)
    target = order.out / f"centromere_{version}_{machine}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{STRENGTH}", "--build", str(stage), str(target)]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    )
    shutil.rmtree(stage)
    return target
