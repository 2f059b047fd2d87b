"""The guard is tried in processes of its own: it cannot be taken out again."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def answer_of(script: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return run.stdout + run.stderr


def test_that_a_library_that_phones_home_is_refused_and_named_in_the_log() -> None:
    answer = answer_of(
        """
        import logging, urllib.request
        logging.basicConfig()
        from core.network import NotAllowed, refuse_unset_connections
        refuse_unset_connections()
        for _ in range(2):
            try:
                urllib.request.urlopen("http://192.0.2.1/version")
            except OSError as error:
                print("refused", type(error).__name__, error)
        """
    )
    assert answer.count("refused URLError") == 2
    assert answer.count("WARNING:core.network:refused") == 1
    assert "no address was set for it" in answer
    assert "urlopen" in answer  # who it was


def test_that_names_are_not_looked_up_and_ports_not_opened() -> None:
    answer = answer_of(
        """
        import socket
        from core.network import NotAllowed, refuse_unset_connections
        refuse_unset_connections()
        tries = (
            lambda: socket.getaddrinfo("example.org", 443),
            lambda: socket.gethostbyname("example.org"),
            lambda: socket.socket().bind(("0.0.0.0", 0)),
            lambda: socket.socket().connect(("127.0.0.1", 9)),
            lambda: socket.socket(socket.AF_INET6).connect(("::1", 9)),
            lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
        )
        for one in tries:
            try:
                one()
            except NotAllowed as error:
                print("refused:", error)
        """
    )
    assert answer.count("refused:") == 6


def test_that_an_address_that_was_set_is_reached_by_name_and_only_at_its_port() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        answer = answer_of(
            f"""
            import socket
            from core.network import NotAllowed, allow, refuse_unset_connections
            refuse_unset_connections()
            allow("localhost", {port})
            with socket.create_connection(("localhost", {port}), timeout=20):
                print("connected")
            try:
                socket.create_connection(("localhost", {port} + 1), timeout=20)
            except NotAllowed:
                print("refused the port beside")
            """
        )
    assert "connected" in answer
    assert "refused the port beside" in answer


def test_that_sockets_within_the_computer_are_left_alone(tmp_path: Path) -> None:
    answer = answer_of(
        f"""
        import asyncio, multiprocessing, socket
        from core.network import refuse_unset_connections
        refuse_unset_connections()
        one = socket.socket(socket.AF_UNIX); one.bind({str(tmp_path / "s")!r}); one.listen()
        socket.socket(socket.AF_UNIX).connect({str(tmp_path / "s")!r})
        asyncio.run(asyncio.sleep(0))
        multiprocessing.Pipe()
        print("all well")
        """
    )
    assert "all well" in answer


def test_that_every_command_of_the_program_is_guarded() -> None:
    answer = answer_of(
        """
        import sys
        sys.argv = ["main.py", "--help"]
        import main, socket
        main.main()
        try:
            socket.getaddrinfo("example.org", 443)
        except PermissionError as error:
            print("refused:", error)
        """
    )
    assert "refused:" in answer
