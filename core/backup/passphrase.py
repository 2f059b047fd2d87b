"""From a passphrase to the key of a folder of backups.

The key of a folder is random. It lies in the folder wrapped (AES-256-GCM) by a key that scrypt (RFC 7914)
makes of the passphrase with the parameters stored beside it. Changing the passphrase wraps it anew; no backup
is written again. A wrong passphrase is told from a damaged file by the wrapping alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
import unicodedata
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.backup.failures import BackupError, Damaged, WrongPassphrase

SHORTEST: Final = 12
"""Characters that a passphrase must have at least."""

_NONCE: Final = 12
_LARGEST_COST: Final = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardness:
    """Parameters of scrypt: 128 * `n` * `r` bytes of memory, here 128 MiB and about half a second."""

    n: int = 1 << 17
    r: int = 8
    p: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """The key of a folder as it lies there, readable with the passphrase only."""

    folder: str
    salt: bytes
    wrapped: bytes
    hardness: Hardness = field(default_factory=Hardness)

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return {
            "folder": self.folder,
            "derivation": {"name": "scrypt", **asdict(self.hardness), "salt": _text(self.salt)},
            "wrapped": _text(self.wrapped),
        }


def read_wrapped(values: Any, name: str) -> WrappedKey:
    """Read what `WrappedKey.as_json` wrote; `Damaged` where it is something else."""
    try:
        derivation = values["derivation"]
        if derivation["name"] != "scrypt":
            raise ValueError(derivation["name"])
        hardness = Hardness(n=int(derivation["n"]), r=int(derivation["r"]), p=int(derivation["p"]))
        # More would let a forged file eat all memory before the passphrase is even tried.
        if not (1 < hardness.n <= _LARGEST_COST and 1 <= hardness.r <= 32 and 1 <= hardness.p <= 16):
            raise ValueError("parameters of scrypt")
        return WrappedKey(
            folder=str(values["folder"]),
            salt=_bytes(derivation["salt"]),
            wrapped=_bytes(values["wrapped"]),
            hardness=hardness,
        )
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Damaged(f"{name} is damaged ({error})", "put back a copy of this file") from error


def check_strength(passphrase: str) -> None:
    """Refuse a passphrase that could be guessed soon.

    Raises
    ------
    BackupError
        Where it is too short or one character over and over.
    """
    length = len(_normal(passphrase))
    if length < SHORTEST:
        raise BackupError(
            f"expected a passphrase of at least {SHORTEST} characters, got {length}",
            "take four or five words that do not belong together",
        )
    if len(set(passphrase)) < 5:
        raise BackupError(
            "the passphrase repeats a few characters", "take four or five words that do not belong together"
        )


def wrap(key: bytes, passphrase: str, folder: str, hardness: Hardness | None = None) -> WrappedKey:
    """Wrap the key of a folder with a passphrase; `BackupError` where that is too weak."""
    check_strength(passphrase)
    chosen = hardness or Hardness()
    salt = secrets.token_bytes(32)
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_stretched(passphrase, salt, chosen)).encrypt(nonce, key, _bound(folder, salt, chosen))
    return WrappedKey(folder=folder, salt=salt, wrapped=nonce + sealed, hardness=chosen)


def unwrap(wrapped: WrappedKey, passphrase: str) -> bytes:
    """Give the key of a folder.

    Raises
    ------
    WrongPassphrase
        Also where the wrapped key was changed: the two cannot be told apart.
    """
    key = _stretched(passphrase, wrapped.salt, wrapped.hardness)
    bound = _bound(wrapped.folder, wrapped.salt, wrapped.hardness)
    try:
        return AESGCM(key).decrypt(wrapped.wrapped[:_NONCE], wrapped.wrapped[_NONCE:], bound)
    except (InvalidTag, ValueError) as error:
        raise WrongPassphrase(
            "this passphrase does not open the backups",
            "mind capitals and the keyboard layout and enter it again",
        ) from error


def _stretched(passphrase: str, salt: bytes, hardness: Hardness) -> bytes:
    memory = 128 * hardness.r * (hardness.n + hardness.p + 2)
    return hashlib.scrypt(
        _normal(passphrase).encode("utf-8"),
        salt=salt, n=hardness.n, r=hardness.r, p=hardness.p, maxmem=memory + (1 << 20), dklen=32,
    )  # fmt: skip


def _normal(passphrase: str) -> str:
    # Keyboards and systems write "ü" in two ways.
    return unicodedata.normalize("NFC", passphrase)


def _bound(folder: str, salt: bytes, hardness: Hardness) -> bytes:
    return json.dumps([folder, _text(salt), hardness.n, hardness.r, hardness.p]).encode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
