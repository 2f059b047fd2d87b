"""Damaged inputs of every kind, each made from a number alone, so that a failure can be made again."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Final

from tests.core.readers.picture_files import one_of_each, png_header_only

KINDS: Final = (
    ("picture", 42), ("dicom", 8), ("zip", 14), ("iscn", 16), ("json", 8), ("table", 5), ("journal", 7),
)  # fmt: skip
"""Kinds and their share of the inputs, in percent."""

_PIECES = (
    "46", "47", "45", "92", "XX", "XY", "X", "XXYY", ",", ";", "/", "+21", "-7", "t(9;22)(q34;q11.2)", "(", ")", "[20]",
    "del(5)(q13q33)", "inv(3)", "der(1)t(1;3)", "mar", "dup(1)", "mos ", "chi ", "idem", "sl", "x2", "?", "~", "cp", "::",
    "i(17)(q10)", "r(7)", "add(14)(p11)", "dic(13;15)", "ins(5;2)", "hsr", "dmin", "pter", "qter", "→", "\u2028", "\x00",
    "٤٦", "𝟜𝟞", "é", "999999999999999999999", "inc", "c", "mat", "pat", "dn", " ", ".ish ", ".arr[GRCh38] ", "<3n>",
)  # fmt: skip


def kind_of(number: int) -> str:
    """Tell what kind of input a number makes."""
    place = random.Random(number * 7919 + 11).uniform(0, sum(share for _, share in KINDS))
    for kind, share in KINDS:
        place -= share
        if place <= 0:
            return kind
    return KINDS[-1][0]


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Cut, flip, repeat, overwrite or lengthen bytes."""
    made = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        way = rng.randrange(7)
        size = len(made)
        if way == 0 and size:
            del made[rng.randrange(size) :]
        elif way == 1 and size:
            reach = min(size, rng.choice((32, 128, 1024, 1 << 30)))
            for _ in range(rng.choice((1, 3, 12))):
                made[rng.randrange(reach)] ^= 1 << rng.randrange(8)
        elif way == 2 and size > 4:
            at = rng.randrange(min(size - 4, rng.choice((64, 400, 1 << 30))))
            made[at : at + 4] = rng.choice(
                (
                    b"\xff\xff\xff\xff",
                    b"\x7f\xff\xff\xff",
                    b"\0\0\0\0",
                    struct.pack("<I", rng.getrandbits(20)),
                )
            )
        elif way == 3 and size:
            a, b = sorted((rng.randrange(size), rng.randrange(size)))
            made[b:b] = made[a:b]
        elif way == 4 and size:
            a, b = sorted((rng.randrange(size), rng.randrange(size)))
            del made[a:b]
        elif way == 5:
            made += rng.randbytes(rng.choice((1, 40, 5000)))
        elif size:
            at = rng.randrange(size)
            made[at : at + 16] = rng.randbytes(16)
    return bytes(made)


def picture(rng: random.Random) -> bytes:
    """A damaged picture of any format, noise behind a sound head, or a huge claim."""
    sounds = {name: content for name, content in one_of_each().items() if not name.startswith("dicom")}
    way = rng.random()
    if way < 0.04:
        return png_header_only(rng.choice((1, 10**5, 2**31 - 1)), rng.choice((10**5, 65535, 2**31 - 1)))
    sound = sounds[rng.choice(sorted(sounds))]
    if way < 0.1:
        return sound[: rng.choice((8, 16, 64))] + rng.randbytes(rng.randrange(600))
    return damaged(sound, rng)


def dicom(rng: random.Random) -> bytes:
    """A damaged DICOM file, some with huge sizes or deeply nested sequences."""
    sounds = {name: content for name, content in one_of_each().items() if name.startswith("dicom")}
    sound = sounds[rng.choice(sorted(sounds))]
    way = rng.random()
    if way < 0.15:
        rows = sound.find(b"\x28\x00\x10\x00US")
        return sound[: rows + 8] + b"\xff\xff" + sound[rows + 10 :]
    if way < 0.3:
        deep = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * rng.choice(
            (5, 200, 3000)
        )
        at = sound.find(b"\x28\x00\x02\x00")
        return sound[:at] + deep + sound[at:]
    return damaged(sound, rng)


def archive(rng: random.Random) -> bytes:
    """A ZIP: sound pictures under odd names, bombs, archives in archives, and damage."""
    stream = io.BytesIO()
    names = (
        "a.png", "../../etc/passwd.png", "/abs.png", "C:\\x.png", "..\\..\\y.png", "x/" * 200 + "z.png", "é\u202e.png",
        "染色体.png", "a\n.png", "CON.png", "🧬.png", "." * 200 + ".png",
    )  # fmt: skip
    sounds = one_of_each()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for k in range(rng.randrange(1, 5)):
            way = rng.random()
            name = f"{k}{rng.choice(names)}" if rng.random() < 0.5 else rng.choice(names)
            if way < 0.08:
                file.writestr(name, bytes(rng.choice((1, 30, 60)) << 20))
            elif way < 0.16:
                inner = io.BytesIO()
                with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as nested:
                    nested.writestr("b.png", bytes(1 << 20))
                file.writestr(f"{k}.zip", inner.getvalue())
            elif way < 0.2:
                link = zipfile.ZipInfo(name)
                link.external_attr = 0o120777 << 16
                file.writestr(link, "/etc/passwd")
            else:
                content = sounds[rng.choice(sorted(sounds))]
                file.writestr(name, damaged(content, rng) if rng.random() < 0.3 else content)
    content = stream.getvalue()
    if rng.random() < 0.15:  # a directory that lies about sizes
        at = content.rfind(b"PK\x01\x02")
        return content[: at + 20] + struct.pack("<II", rng.getrandbits(31), 0xFFFFFFF0) + content[at + 28 :]
    return damaged(content, rng) if rng.random() < 0.6 else content


@lru_cache(maxsize=1)
def _karyotypes() -> tuple[str, ...]:
    corpus = Path(__file__).parents[1] / "core" / "iscn" / "corpus.tsv"
    lines = corpus.read_text(encoding="utf-8").splitlines()
    return tuple(line.split("\t")[3] for line in lines if line and not line.startswith("#"))


def iscn(rng: random.Random) -> str:
    """A karyotype with signs lost, doubled or strange, pieces in any order, or brackets without end."""
    way = rng.random()
    if way < 0.05:
        return rng.choice(("(", "[", "t(", "46,XX,", "/", "der(1)", "::")) * rng.choice((10, 200, 2000))
    if way < 0.3:
        return "".join(rng.choice(_PIECES) for _ in range(rng.randrange(1, 30)))
    text = list(rng.choice(_karyotypes()))
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(text) + 1)
        if rng.random() < 0.5 and text:
            del text[at : at + rng.choice((1, 1, 3))]
        else:
            text[at:at] = rng.choice(
                (rng.choice(_PIECES), chr(rng.randrange(1, 0x3000)), "".join(text[at : at + 9]))
            )
    return "".join(text)


def table(rng: random.Random) -> bytes:
    """A table of origins, damaged."""
    rows = ["file,culture,slide,colony,x,y"] + [f"a{k}.png,A,{k},,{k * 10.5},7" for k in range(6)]
    text = "\r\n".join(rows)
    if rng.random() < 0.3:
        text = text.replace(",", ";")
    if rng.random() < 0.3:
        text = text.replace("10.5", rng.choice(("nan", "1e999", '"', "=1+1", "10,5", "\x00")))
    if rng.random() < 0.05:
        text += "\n" + "x" * 200_000
    return damaged(text.encode(rng.choice(("utf-8", "utf-8-sig", "utf-16", "latin-1"))), rng)


def mutated_json(sound: str, rng: random.Random) -> str:
    """A JSON text with values of other kinds, missing and further keys, or damaged as bytes."""
    if rng.random() < 0.3:
        return damaged(sound.encode(), rng).decode("utf-8", "replace")
    if rng.random() < 0.05:
        return rng.choice(("[", '{"a":')) * rng.choice((50, 5000, 100_000))
    tree = json.loads(sound)
    for _ in range(rng.randrange(1, 4)):
        tree = _changed(tree, rng)
    return json.dumps(tree)


_ODD: Final = (
    None, True, -1, 10**400, 1e308, float("nan"), "", "x" * 5000, "\ud800", [], {}, [[]], {"": {}}, "1e9", "../..",
)  # fmt: skip


def _changed(tree: object, rng: random.Random) -> object:
    if isinstance(tree, dict) and tree and rng.random() < 0.85:
        key = rng.choice(sorted(tree))
        way = rng.random()
        if way < 0.15:
            return {name: value for name, value in tree.items() if name != key}
        if way < 0.25:
            return {**tree, rng.choice(("extra", "__class__", "")): 1}
        return {**tree, key: _changed(tree[key], rng)}
    if isinstance(tree, list) and tree and rng.random() < 0.85:
        at = rng.randrange(len(tree))
        return [*tree[:at], _changed(tree[at], rng), *tree[at + 1 :]]
    return rng.choice(_ODD)
