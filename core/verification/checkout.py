"""A checkout against its commit: what differs from what git holds."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import StorageError
from core.verification.record import Fault

_LONGEST_S: Final = 120
_LINK: Final = "120000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A commit that lies in a folder: its hash and the blob of each file by its path."""

    root: Path
    commit: str
    blobs: dict[str, str]


def is_checkout(root: Path) -> bool:
    """Tell whether a folder is the top of a checkout (or of a worktree, where ``.git`` is a file)."""
    return (root / ".git").exists()


def read_checkout(root: Path) -> Checkout:
    """Read which files the commit holds that is checked out.

    Raises
    ------
    StorageError
        Where git is not installed or cannot read the folder.
    """
    commit = _git(root, "rev-parse", "HEAD").strip()
    blobs = {}
    for entry in _git(root, "ls-tree", "-r", "-z", "HEAD").split("\0"):
        if entry:
            about, _, name = entry.partition("\t")
            mode, kind, blob = about.split(" ")
            if kind == "blob" and mode != _LINK:
                blobs[name] = blob
    return Checkout(root=root, commit=commit, blobs=blobs)


def faults_against_commit(checkout: Checkout) -> tuple[Fault, ...]:
    """Compare every file with the commit, byte by byte as git reads it.

    Returns
    -------
    tuple of Fault
        One for each file that is missing, differs, or belongs to no commit and is not ignored.

    Raises
    ------
    StorageError
        Where git cannot read the folder.
    """
    there = [name for name in checkout.blobs if (checkout.root / name).is_file()]
    faults = [Fault(file=name, said="is missing") for name in checkout.blobs if name not in set(there)]
    # git itself computes them: only it knows which line ends a checkout of this system has.
    now = _git(checkout.root, "hash-object", "--stdin-paths", asked="".join(f"{n}\n" for n in there)).split()
    if len(now) != len(there):
        raise StorageError(
            f"expected {len(there)} hashes from git, got {len(now)}", "run git fsck in the checkout"
        )
    short = checkout.commit[:12]
    faults += [
        Fault(file=name, said=f"differs from commit {short}")
        for name, blob in zip(there, now, strict=True)
        if blob != checkout.blobs[name]
    ]
    others = _git(checkout.root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    faults += [Fault(file=name, said=f"is not part of commit {short}") for name in others if name]
    return tuple(sorted(faults, key=lambda fault: fault.file))


def _git(root: Path, *words: str, asked: str | None = None) -> str:
    command = ["git", "-C", str(root), "-c", "safe.directory=*", "-c", "core.quotepath=off", *words]
    try:
        done = subprocess.run(
            command, input=asked, capture_output=True, encoding="utf-8", check=False, timeout=_LONGEST_S
        )
    except FileNotFoundError as error:
        raise StorageError("git is not installed", "install it, or verify a bundle") from error
    except subprocess.TimeoutExpired as error:
        raise StorageError(f"git did not answer in {_LONGEST_S} s", "try again later") from error
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StorageError(f"git cannot read the checkout ({reason})", "check the folder .git") from None
    return done.stdout
