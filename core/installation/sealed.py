"""The signed file of an update or pack: every byte of it is covered by an Ed25519 signature.

Layout: the line ``CENTROMERE PACK 1``, the signature (64 bytes), the identity of the key (8 bytes), then the
content to the end of the file, which is a ZIP archive. Signed are the line, the identity and the SHA-512 of
the content.

References
----------
RFC 8032, Edwards-Curve Digital Signature Algorithm (EdDSA).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from core.errors import CentromereError

FIRST_LINE: Final = b"CENTROMERE PACK 1\n"
_SIGNATURE_BYTES: Final = 64
_IDENTITY_BYTES: Final = 8
CONTENT_STARTS: Final = len(FIRST_LINE) + _SIGNATURE_BYTES + _IDENTITY_BYTES
_CHUNK: Final = 1 << 20


class PackRefused(CentromereError):
    """An update or pack is not taken; nothing was installed."""


def identity_of(key: Ed25519PublicKey) -> bytes:
    """Tell the identity of a key: the first 8 bytes of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:_IDENTITY_BYTES]


def _signed_bytes(identity: bytes, stream: BinaryIO) -> bytes:
    content = hashlib.sha512()
    while chunk := stream.read(_CHUNK):
        content.update(chunk)
    return FIRST_LINE + identity + content.digest()


def seal(content: Path, target: Path, key: Ed25519PrivateKey) -> None:
    """Write `target`: the archive `content` with the signature of `key` before it."""
    identity = identity_of(key.public_key())
    with content.open("rb") as stream:
        signature = key.sign(_signed_bytes(identity, stream))
    part = target.with_name(f"{target.name}.part")
    with content.open("rb") as stream, part.open("wb") as out:
        out.write(FIRST_LINE + signature + identity)
        while chunk := stream.read(_CHUNK):
            out.write(chunk)
    part.replace(target)


def trusted_keys(folder: Path) -> tuple[Ed25519PublicKey, ...]:
    """Read the public keys (``*.pem``) of `folder`; empty where there is none.

    Raises
    ------
    PackRefused
        Where a file there is no Ed25519 public key.
    """
    keys = []
    for path in sorted(folder.glob("*.pem")):
        try:
            key = load_pem_public_key(path.read_bytes())
        except ValueError as error:
            raise PackRefused(
                f"the key {path.name} cannot be read ({error})", "install Centromere again"
            ) from error
        if not isinstance(key, Ed25519PublicKey):
            raise PackRefused(
                f"expected an Ed25519 key in {path.name}, got another", "install Centromere again"
            )
        keys.append(key)
    return tuple(keys)


def check_signature(stream: BinaryIO, keys: Sequence[Ed25519PublicKey]) -> None:
    """Check that one of `keys` signed the whole of an open file, and leave it at the start of its content.

    Raises
    ------
    PackRefused
        Where it is no pack, was signed by nobody known, or was altered.
    """
    ask = "ask for the file again where it came from, and install nothing from it"
    stream.seek(0)
    head = stream.read(CONTENT_STARTS)
    if not head.startswith(FIRST_LINE) or len(head) < CONTENT_STARTS:
        raise PackRefused("expected a signed Centromere pack, got a file without a signature", ask)
    signature = head[len(FIRST_LINE) : len(FIRST_LINE) + _SIGNATURE_BYTES]
    identity = head[-_IDENTITY_BYTES:]
    known = [key for key in keys if identity_of(key) == identity]
    if not known:
        trusted = "no key" if not keys else f"{len(keys)} other key{'s' if len(keys) > 1 else ''}"
        raise PackRefused(f"the pack was signed by a key that is not known here ({trusted} trusted)", ask)
    try:
        known[0].verify(signature, _signed_bytes(identity, stream))
    except InvalidSignature as error:
        raise PackRefused(
            "the pack was altered after it was signed: its signature does not fit", ask
        ) from error
    stream.seek(CONTENT_STARTS)
