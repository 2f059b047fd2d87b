"""Run programs and see every connection that they try, from inside and, with strace, from outside."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

WATCHING: Final = Path(__file__).resolve().parent / "watching"
_CALLS: Final = "socket,connect,bind,sendto,sendmsg,sendmmsg"
_INTERNET: Final = re.compile(r"AF_INET6?|AF_PACKET")
_ADDRESS: Final = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


def watched(environment: Mapping[str, str], seen: Path) -> dict[str, str]:
    """Give the environment in which Python programs note what they try in the file `seen`."""
    before = environment.get("PYTHONPATH", "")
    path = os.pathsep.join(part for part in (str(WATCHING), before) if part)
    return {**environment, "PYTHONPATH": path, "CENTROMERE_CONNECTIONS": str(seen)}


def seen_inside(seen: Path) -> list[dict[str, Any]]:
    """Read what Python code tried."""
    if not seen.exists():
        return []
    return [json.loads(line) for line in seen.read_text(encoding="utf-8").splitlines()]


def under_strace(command: Sequence[str], trace: Path) -> list[str]:
    """Put strace before a command; it sees compiled code and every child as well."""
    strace = shutil.which("strace")
    if strace is None:
        return list(command)
    return [strace, "--seccomp-bpf", "-f", "-qq", "-e", f"trace={_CALLS}", "-o", str(trace), *command]


def seen_outside(trace: Path) -> list[str]:
    """Read the calls of the kernel that went to the network; opening a socket alone counts as well."""
    if not trace.exists():
        return []
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if _INTERNET.search(line)]


def address_in(call: str) -> str:
    """Tell the address in numbers that a call names; empty for one that names none."""
    found = _ADDRESS.search(call)
    return "" if found is None else found[1] or found[2]
