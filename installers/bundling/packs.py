"""Signed packs: updates, and the optional parts that are files of their own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from installers.bundling.order import Order, pip
from installers.bundling.program import version_of
from installers.environment import child_environment

#: What a pack of wheels asks for, and from which lock files that are not part of the bundle.
TORCH: Final = "torch.txt"
PACKS: Final = {"training": ("train",)}


def seal_update(root: Path, order: Order, tools: Path, archive: Path, version: str) -> Path:
    """Seal the archive of a bundle as update pack."""
    content = order.work / "update"
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir()
    (content / archive.name).hardlink_to(archive)
    target = order.out / f"centromere-{version}-{order.platform}.centromere-pack"
    seal(root, order, tools, content, target, kind="update", name="centromere", version=version)
    shutil.rmtree(content)
    return target


def trust_signer(root: Path, order: Order, tools: Path, folder: Path) -> None:
    """Write the public half of the key that signs into `folder`, so that the bundle takes what it signs."""
    command = [str(tools), str(root / "installers" / "keys.py")]
    command += ["--trust", str(folder / "program" / "resources" / "keys")]
    if order.key is not None:
        command += ["--key", str(order.key)]
    subprocess.run(command, check=True, env=child_environment(), stdout=subprocess.DEVNULL)


def seal(
    root: Path, order: Order, tools: Path, content: Path, target: Path, *, kind: str, name: str, version: str
) -> None:
    """Make the pack `target` from the files below `content` and sign it."""
    command = [str(tools), str(root / "installers" / "sealing.py"), str(content), "--out", str(target)]
    command += ["--kind", kind, "--name", name, "--version", version, "--platform", order.platform]
    if order.key is not None:
        command += ["--key", str(order.key)]
    subprocess.run(command, check=True, env=child_environment())


def build_pack(root: Path, order: Order, tools: Path) -> list[Path]:
    """Build the optional pack that was ordered: every wheel of it for the platform of the order."""
    from installers.bundling.wheels import download, download_options

    name = str(order.pack)
    version = version_of(root)
    content = order.work / f"{name}-{order.platform}"
    shutil.rmtree(content, ignore_errors=True)
    wheels = content / "wheels"
    wheels.mkdir(parents=True)
    requirements = root / "installers" / "requirements"
    for group in PACKS[name]:
        download(tools, requirements / f"{group}.txt", wheels, order)
    options = download_options(order)
    pip(tools, ["download", *options, "--no-deps", "--dest", str(wheels), "-r", str(requirements / TORCH)])
    target = order.out / f"centromere-{name}-{version}-{order.platform}.centromere-pack"
    seal(root, order, tools, content, target, kind="packages", name=name, version=version)
    return [target]
