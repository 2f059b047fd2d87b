"""Make and sign a pack from a folder; bundle.py runs this with an interpreter that has cryptography.

``python sealing.py FOLDER --out FILE --kind update|packages|models --name NAME --version V --platform P``
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Do what the arguments say."""
    from core.installation.pack import KINDS, make_pack
    from installers.keys import provide_key, usual_key

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("content", type=Path, help="folder with the files of the pack")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--platform", default="any")
    parser.add_argument("--key", type=Path, default=usual_key(), help="file of the private key")
    arguments = parser.parse_args()
    make_pack(
        arguments.content,
        arguments.out,
        provide_key(arguments.key),
        kind=arguments.kind,
        name=arguments.name,
        version=arguments.version,
        platform=arguments.platform,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
