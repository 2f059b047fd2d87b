"""A PostgreSQL server and a screen that live as long as one test run."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: Users that a server may run as where root starts it, the first that exists.
UNPRIVILEGED_USERS: Final = ("postgres", "nobody")
#: Seconds that a server may take until it answers.
PATIENCE: Final = 60.0


class ServerError(Exception):
    """A server that the tests need did not start."""


def stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Ask `process` to end, and end it after ten seconds."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Tell a TCP port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def postgres_programs() -> Path | None:
    """Tell the folder of `initdb` and `postgres`, the newest where there are several."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    for folder in reversed(debian):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def unprivileged_user() -> pwd.struct_passwd | None:
    """Tell whom a server runs as where this process is root; None where it is not."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED_USERS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerError(f"expected a user among {', '.join(UNPRIVILEGED_USERS)}, got none, add one")


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Run a PostgreSQL server of its own, empty and without durability; gives the SQLAlchemy URL.

    The server runs as an unprivileged user, listens on the loopback address only and asks for a password.
    """
    programs = postgres_programs()
    if programs is None:
        raise ServerError("expected the PostgreSQL programs initdb and postgres, install postgresql")
    user = unprivileged_user()
    # A server that steps down from root must reach its folder, which a private TMPDIR would prevent.
    folder = Path(tempfile.mkdtemp(prefix="centromere-postgres-", dir="/tmp" if user else None))
    password = secrets.token_hex(16)
    (folder / "password").write_text(password + "\n", encoding="utf-8")
    if user:
        for owned in (folder, folder / "password"):
            os.chown(owned, user.pw_uid, user.pw_gid)
    path = os.environ.get("PATH", os.defpath)
    environment = {"PATH": path, "LC_ALL": "C", "HOME": str(folder), "PGPASSWORD": password}
    identity = user.pw_uid if user else None
    group = user.pw_gid if user else None
    extra: list[int] | None = [] if user else None

    def run(*command: str) -> None:
        answer = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=folder,
            env=environment, user=identity, group=group, extra_groups=extra,
        )  # fmt: skip
        if answer.returncode != 0:
            raise ServerError(f"expected {Path(command[0]).name} to succeed, got: {answer.stderr.strip()}")

    log = (folder / "log").open("wb")
    process = None
    try:
        data = str(folder / "data")
        run(
            str(programs / "initdb"), "--pgdata", data, "--username", "centromere",
            "--pwfile", str(folder / "password"), "--auth", "scram-sha-256", "--encoding", "UTF8",
            "--no-locale", "--no-sync",
        )  # fmt: skip
        port = str(free_port())
        process = subprocess.Popen(
            [
                str(programs / "postgres"), "-D", data, "-p", port, "-k", str(folder),
                "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off",
                "-c", "full_page_writes=off", "-c", "max_connections=50",
            ],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=environment, user=identity,
            group=group, extra_groups=extra, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                at = ("--host", "127.0.0.1", "--port", port, "--username", "centromere")
                run(str(programs / "createdb"), *at, "centromere")
                break
            except ServerError:
                if process.poll() is not None or time.monotonic() > deadline:
                    text = (folder / "log").read_text(encoding="utf-8", errors="replace")
                    raise ServerError(f"expected a PostgreSQL server on port {port}, got: {text}") from None
                time.sleep(0.2)
        yield f"postgresql+psycopg://centromere:{password}@127.0.0.1:{port}/centromere"
    finally:
        if process is not None:
            stop(process, signal.SIGINT)  # PostgreSQL's "fast": open connections are closed
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """Run Xvfb with openbox on a display number that is free; gives the value for DISPLAY.

    Without a window manager no window becomes active, and tests of shortcuts would tell lies.
    """
    for program in ("Xvfb", "openbox"):
        if shutil.which(program) is None:
            raise ServerError(f"expected the program {program}, install the package {program.lower()}")
    folder = Path(tempfile.mkdtemp(prefix="centromere-screen-"))
    log = (folder / "log").open("wb")
    processes = []
    reading, writing = os.pipe()
    try:
        server = subprocess.Popen(
            [
                "Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1200x24", "+extension", "GLX",
                "+extension", "RANDR", "+render", "-noreset", "-nolisten", "tcp",
            ],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(writing,), start_new_session=True,
        )  # fmt: skip
        processes.append(server)
        os.close(writing)
        writing = -1
        number = os.read(reading, 16).decode().strip()  # comes once the server listens; empty when it died
        if not number:
            text = (folder / "log").read_text(encoding="utf-8", errors="replace")
            raise ServerError(f"expected Xvfb to start, got: {text}")
        display = f":{number}"
        started = folder / "started"
        manager = subprocess.Popen(
            ["openbox", "--sm-disable", "--startup", f"touch {started}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, "DISPLAY": display, "HOME": str(folder)},
        )  # fmt: skip
        processes.append(manager)
        deadline = time.monotonic() + PATIENCE
        while not started.exists():
            if manager.poll() is not None or time.monotonic() > deadline:
                text = (folder / "log").read_text(encoding="utf-8", errors="replace")
                raise ServerError(f"expected openbox to start on {display}, got: {text}")
            time.sleep(0.1)
        yield display
    finally:
        for process in reversed(processes):
            stop(process, signal.SIGTERM)
        os.close(reading)
        if writing >= 0:
            os.close(writing)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)
