"""Notes every connection that Python code of a process and of its children tries; never stops one.

Python imports a module of this name at its start where its folder is in PYTHONPATH. What is seen is appended
to the file that CENTROMERE_CONNECTIONS names, one line of JSON each.
"""

import json
import os
import socket
import sys
import traceback

_FILE = os.environ.get("CENTROMERE_CONNECTIONS", "")
_EVENTS = ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "gethostbyaddr")


def _note(event: str, arguments: tuple) -> None:
    if not event.startswith("socket.") or event[7:] not in _EVENTS:
        return
    if isinstance(arguments[0], socket.socket) and arguments[0].family == socket.AF_UNIX:
        return
    told = {
        "event": event,
        "address": [repr(one) for one in arguments if not isinstance(one, socket.socket)],
        "program": sys.argv[:3],
        "from": [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_stack()[-7:-1]],
    }
    with open(_FILE, "a", encoding="utf-8") as file:
        file.write(json.dumps(told) + "\n")


if _FILE:
    sys.addaudithook(_note)
