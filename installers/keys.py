"""Make the pair of keys that signs updates and packs.

``python3 installers/keys.py``           make a key where there is none, and tell where both halves are
``python3 installers/keys.py --trust``   also write the public half to resources/keys, to be committed

The private half stays in the maintainer's own folder (``~/.config/centromere/signing-key.pem``, or
``--key``), readable by its owner only, and must never enter the repository. It can be kept on a stick. Who
loses it makes a new one; installations learn a new public half with the next version, which the old key
has to sign.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

ROOT: Final = Path(__file__).resolve().parents[1]
TRUSTED: Final = ROOT / "resources" / "keys"
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def usual_key() -> Path:
    """Tell where the private key of the person who runs this is kept."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "centromere" / "signing-key.pem"


def provide_key(path: Path) -> Ed25519PrivateKey:
    """Read the private key of `path`, or make one there, readable by its owner only."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    if path.exists():
        key = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"expected an Ed25519 private key in {path}, got another kind")
        return key
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(text)
    print(f"made a new signing key: {path}")
    return key


def public_text(key: Ed25519PrivateKey) -> bytes:
    """Write the public half of `key` as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def trust(key: Ed25519PrivateKey, folder: Path) -> Path:
    """Write the public half of `key` into `folder`, under a name made of its identity."""
    from core.installation.sealed import identity_of

    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{identity_of(key.public_key()).hex()}.pem"
    target.write_bytes(public_text(key))
    return target


def main() -> int:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--key", type=Path, default=usual_key(), help="file of the private half")
    parser.add_argument(
        "--trust", nargs="?", const=TRUSTED, type=Path, metavar="FOLDER", help="write the public half"
    )
    arguments = parser.parse_args()
    key = provide_key(arguments.key)
    print(f"private half: {arguments.key}")
    if arguments.trust is not None:
        print(f"public half:  {trust(key, arguments.trust)}")
    else:
        sys.stdout.write(public_text(key).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
