from __future__ import annotations

import unicodedata

import pytest

from core.backup.failures import BackupError, Damaged, WrongPassphrase
from core.backup.passphrase import Hardness, read_wrapped, unwrap, wrap
from tests.core.backup.conftest import PASSPHRASE, QUICK

KEY = bytes(range(32))


def test_that_only_the_right_passphrase_gives_the_key() -> None:
    wrapped = wrap(KEY, PASSPHRASE, "a folder", QUICK)
    assert unwrap(wrapped, PASSPHRASE) == KEY
    with pytest.raises(WrongPassphrase, match="does not open"):
        unwrap(wrapped, PASSPHRASE + " ")


def test_that_the_key_is_found_with_the_parameters_stored_beside_it() -> None:
    wrapped = wrap(KEY, PASSPHRASE, "a folder", Hardness(n=16, r=2, p=1))
    again = read_wrapped(wrapped.as_json(), "header")
    assert again == wrapped
    assert unwrap(again, PASSPHRASE) == KEY


def test_that_weaker_parameters_put_into_the_file_are_noticed() -> None:
    values = wrap(KEY, PASSPHRASE, "a folder", Hardness(n=16, r=2, p=1)).as_json()
    values["derivation"]["n"] = 2
    with pytest.raises(WrongPassphrase):
        unwrap(read_wrapped(values, "header"), PASSPHRASE)


def test_that_parameters_that_would_eat_all_memory_are_refused() -> None:
    values = wrap(KEY, PASSPHRASE, "a folder", QUICK).as_json()
    values["derivation"]["n"] = 1 << 40
    with pytest.raises(Damaged, match="scrypt"):
        read_wrapped(values, "header")


def test_that_a_passphrase_typed_on_another_keyboard_is_the_same() -> None:
    wrapped = wrap(KEY, unicodedata.normalize("NFD", PASSPHRASE), "a folder", QUICK)
    assert unwrap(wrapped, unicodedata.normalize("NFC", PASSPHRASE)) == KEY


@pytest.mark.parametrize("weak", ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa"])
def test_that_a_weak_passphrase_is_refused(weak: str) -> None:
    with pytest.raises(BackupError, match="passphrase"):
        wrap(KEY, weak, "a folder", QUICK)
