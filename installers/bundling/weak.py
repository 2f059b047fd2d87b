"""Let a library do without parts of others that are never called in this program.

An undefined symbol that is weak may stay undefined when a library is loaded. So a large library that would be
loaded for a few functions nobody calls need not be carried.

References
----------
System V Application Binary Interface, chapter 4 (symbol table), ELF-64.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

_SECTION: Final = struct.Struct("<IIQQQQIIQQ")
_SYMBOL: Final = struct.Struct("<IBBHQQ")
_DYNAMIC_SYMBOLS: Final = 11
_WEAK: Final = 2


def weaken(library: Path, begin: str, end: str) -> int:
    """Make those undefined symbols of `library` weak whose names begin and end so; returns how many.

    Raises
    ------
    ValueError
        Where it is no 64-bit little-endian ELF file with dynamic symbols.
    """
    content = bytearray(library.read_bytes())
    if content[:6] != b"\x7fELF\x02\x01":
        raise ValueError(f"expected a 64-bit library in {library.name}, got another file")
    (start,) = struct.unpack_from("<Q", content, 40)
    size, number = struct.unpack_from("<HH", content, 58)
    sections = [_SECTION.unpack_from(content, start + size * index) for index in range(number)]
    tables = [section for section in sections if section[1] == _DYNAMIC_SYMBOLS]
    if len(tables) != 1:
        raise ValueError(f"expected one table of dynamic symbols in {library.name}, got {len(tables)}")
    _, _, _, _, offset, length, strings, *_ = tables[0]
    names = sections[strings][4]
    count = 0
    for place in range(offset, offset + length, _SYMBOL.size):
        name, info, other, section, value, extent = _SYMBOL.unpack_from(content, place)
        if section != 0 or not name:
            continue
        text = content[names + name : content.index(0, names + name)].decode("ascii", "replace")
        if text.startswith(begin) and text.endswith(end):
            _SYMBOL.pack_into(content, place, name, _WEAK << 4 | info & 0xF, other, section, value, extent)
            count += 1
    library.write_bytes(content)
    return count
