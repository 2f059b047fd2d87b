from __future__ import annotations

import io
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.backup.failures import Damaged
from core.backup.sealing import FORMAT, PIECE, Opener, Sealer, sealed_size

KEY = bytes(range(32))
_HEAD = len(FORMAT) + 32
_SEALED_PIECE = PIECE + 16


def sealed(content: bytes, role: str = "a role") -> bytes:
    target = io.BytesIO()
    sealer = Sealer(target, KEY, role)
    sealer.write(content)
    sealer.finish()
    return target.getvalue()


def opened(content: bytes, role: str = "a role", key: bytes = KEY) -> bytes:
    return Opener(io.BytesIO(content), key, role, name="test").read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17])
def test_that_what_was_sealed_is_opened_as_it_was(size: int) -> None:
    content = secrets.token_bytes(size)
    assert opened(sealed(content)) == content
    assert len(sealed(content)) == sealed_size(size)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 2**31), bit=st.integers(0, 7))
def test_that_a_changed_bit_anywhere_is_noticed(at: int, bit: int) -> None:
    changed = bytearray(sealed(b"x" * (2 * PIECE + 99)))
    changed[at % len(changed)] ^= 1 << bit
    with pytest.raises(Damaged):
        opened(bytes(changed))


@pytest.mark.parametrize(
    "left", [0, 10, _HEAD, _HEAD + 5, _HEAD + _SEALED_PIECE, _HEAD + 2 * _SEALED_PIECE, -1]
)
def test_that_a_file_cut_off_is_noticed_also_between_two_pieces(left: int) -> None:
    with pytest.raises(Damaged, match=r"cut off|beginning"):
        opened(sealed(b"x" * (2 * PIECE + 99))[:left])


def test_that_pieces_in_another_order_are_noticed() -> None:
    whole = sealed(b"a" * PIECE + b"b" * PIECE + b"c")
    first, second = _HEAD + _SEALED_PIECE, _HEAD + 2 * _SEALED_PIECE
    with pytest.raises(Damaged):
        opened(whole[:_HEAD] + whole[first:second] + whole[_HEAD:first] + whole[second:])


def test_that_bytes_behind_the_end_are_noticed() -> None:
    with pytest.raises(Damaged):
        opened(sealed(b"content") + b"more")


def test_that_a_file_cannot_take_the_place_of_another_one() -> None:
    with pytest.raises(Damaged):
        opened(sealed(b"content", role="backup 1"), role="backup 2")


def test_that_another_key_opens_nothing() -> None:
    with pytest.raises(Damaged):
        opened(sealed(b"content"), key=bytes(32))


def test_that_a_file_whose_writer_was_killed_cannot_be_read() -> None:
    target = io.BytesIO()
    Sealer(target, KEY, "a role").write(b"x" * (3 * PIECE))
    with pytest.raises(Damaged):
        opened(target.getvalue())


def test_that_the_same_content_never_looks_the_same() -> None:
    assert sealed(b"content")[_HEAD:] != sealed(b"content")[_HEAD:]
