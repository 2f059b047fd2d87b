"""Records read or written last, so that a step need not replay the log of its cell."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

Record = TypeVar("Record")


class Recent(Generic[Record]):
    """The last records by identity and revision; immutable like them, hence safe between threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._records: OrderedDict[str, tuple[int, Record]] = OrderedDict()
        self._lock = Lock()

    def get(self, identity: str, revision: int) -> Record | None:
        """Return the record when it is there at just that revision."""
        with self._lock:
            found = self._records.get(identity)
            if found is None or found[0] != revision:
                return None
            self._records.move_to_end(identity)
            return found[1]

    def put(self, identity: str, revision: int, record: Record) -> None:
        """Keep a record; the one used longest ago goes when there are too many."""
        with self._lock:
            self._records[identity] = (revision, record)
            self._records.move_to_end(identity)
            while len(self._records) > self._capacity:
                self._records.popitem(last=False)
