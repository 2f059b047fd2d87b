"""No connection but to addresses that an administrator has set.

Nothing in this program connects to anything but the database and, where they are set, DICOM nodes. This
module keeps the libraries it uses to the same: an audit hook (PEP 578) sees every connection, every name that
is looked up and every port that is opened by Python code of this process, and refuses what was not allowed
before. It guards against habits (update checks, telemetry, downloads of models or sample data), not against
an attacker who can run code here, and it does not see what compiled libraries do on their own: that is
watched from outside by `tests/reliability/no_network.py`.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from typing import Any, Final

_log = logging.getLogger(__name__)

_WATCHED: Final = frozenset(
    f"socket.{name}"
    for name in (
        "connect", "bind", "sendto", "sendmsg",
        "getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo",
    )
)  # fmt: skip
_LOOKED_UP: Final = frozenset(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"))
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class NotAllowed(PermissionError):
    """A connection that nobody has set an address for; nothing was sent."""


class _Guard:
    def __init__(self) -> None:
        self.hosts: set[str] = set()
        self.ends: set[tuple[str, int]] = set()
        self.listening: set[int] = set()
        self.told: set[str] = set()
        self.lock = threading.Lock()
        self.installed = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _WATCHED:
            return
        if event in _LOOKED_UP:
            host = _text(arguments[0])
            # No name asks for any address of this computer: whoever opens it is seen at bind.
            if not (host in ("", *self.hosts) or _own(host)):
                self._refuse(f"a look-up of {host}")
            return
        if event == "socket.getnameinfo":
            host, port = _text(arguments[0][0]), int(arguments[0][1])
        else:
            found = _internet_address(arguments[0], arguments[1])
            if found is None:
                return
            host, port = found
        if event == "socket.bind":
            if port not in self.listening and not _own(host):
                self._refuse(f"port {port} of this computer for others")
        elif not self._may_reach(host, port):
            self._refuse(f"a connection to {host}, port {port}")

    def _may_reach(self, host: str, port: int) -> bool:
        if _own(host) or (host, port) in self.ends:
            return True
        # An address in numbers stands for a name that was allowed.
        names = [name for name, allowed in list(self.ends) if allowed == port and name != host]
        return any(host in _numbers(name, port) for name in names)

    def _refuse(self, what: str) -> None:
        if what not in self.told:
            self.told.add(what)
            _log.warning("refused %s: no address was set for it", what, stack_info=True)
        raise NotAllowed(f"expected addresses set by an administrator only, got {what}")


_GUARD: Final = _Guard()


def refuse_unset_connections() -> None:
    """Refuse from now on what was not allowed; for the rest of the process."""
    with _GUARD.lock:
        if not _GUARD.installed:
            _GUARD.installed = True
            sys.addaudithook(_GUARD)


def allow(host: str, port: int) -> None:
    """Let this process connect to an address that a person has set, such as a DICOM node."""
    with _GUARD.lock:
        _GUARD.hosts = _GUARD.hosts | {host}
        _GUARD.ends = _GUARD.ends | {(host, port)}


def allow_listening(port: int) -> None:
    """Let this process take connections on a port that a person has set."""
    with _GUARD.lock:
        _GUARD.listening = _GUARD.listening | {port}


def _internet_address(opened: Any, address: Any) -> tuple[str, int] | None:
    """Give host and port; None for sockets that never leave this computer, such as those of X11."""
    family = getattr(opened, "family", None)
    if family not in (socket.AF_INET, socket.AF_INET6):
        return None
    if not isinstance(address, tuple) or len(address) < 2:  # sendmsg on a connected socket
        return None
    return _text(address[0]), int(address[1])


def _numbers(name: str, port: int) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)}
    except OSError:
        return set()


def _own(host: str) -> bool:
    # Windows has no socket pairs: Python itself makes them of two ends on the loopback address.
    return os.name == "nt" and host in _LOOPBACK


def _text(host: Any) -> str:
    if host is None:
        return ""
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
