"""The key map of a person: what differs from a fresh installation, what collides, and how it is exchanged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from app.actions import FIXED, WORDING_OF, WORDINGS, Scope

FORMAT: Final = "centromere keys"
VERSION: Final = 1
Keys = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """One key that would do two things.

    `names` are actions; `fixed` says what the arrows or the mouse do with it, empty for nothing.
    """

    key: str
    names: tuple[str, ...]
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class KeyMap:
    """Keys by the name of their action, where they differ from those of a fresh installation."""

    changed: Keys = field(default_factory=dict)

    def keys_of(self, name: str) -> tuple[str, ...]:
        """Keys of an action; none when it has none."""
        return self.changed.get(name, WORDING_OF[name].keys)

    def is_changed(self, name: str) -> bool:
        """Whether an action has other keys than at first."""
        return name in self.changed

    def give(self, name: str, keys: Iterable[str]) -> KeyMap:
        """Let an action have these keys and no others.

        Raises
        ------
        ValueError
            When a key is none; the text says which.
        """
        wanted = tuple(dict.fromkeys(normal(key) for key in keys))
        changed = {known: kept for known, kept in self.changed.items() if known != name}
        if wanted != tuple(normal(key) for key in WORDING_OF[name].keys):
            changed[name] = wanted
        return KeyMap(changed)

    def reset(self, name: str) -> KeyMap:
        """Let an action have the keys of a fresh installation."""
        return self.give(name, WORDING_OF[name].keys)

    def take_over(self, name: str, key: str) -> KeyMap:
        """Give a key to an action and take it from all that collide with it."""
        taken = self
        for holder in self.holders(key, but=name):
            left = (one for one in taken.keys_of(holder) if not collide(one, key))
            taken = taken.give(holder, left)
        return taken.give(name, (*taken.keys_of(name), key))

    def holders(self, key: str, *, but: str = "") -> tuple[str, ...]:
        """Actions that a key would reach, without `but`.

        Keys of every scope are compared: the window has its keys on the Case page as well, and where two
        actions could answer, Qt lets neither.
        """
        return tuple(
            wording.name
            for wording in WORDINGS
            if wording.name != but and any(collide(one, key) for one in self.keys_of(wording.name))
        )

    def collisions(self) -> tuple[Collision, ...]:
        """All keys that would do more than one thing, in the order of the actions."""
        found: dict[tuple[str, ...], Collision] = {}
        for wording in WORDINGS:
            for key in self.keys_of(wording.name):
                others = self.holders(key, but=wording.name)
                fixed = fixed_meaning(key)
                if others or fixed:
                    names = tuple(sorted((wording.name, *others)))
                    found.setdefault(names, Collision(key=normal(key), names=names, fixed=fixed))
        return tuple(found.values())


def normal(key: str) -> str:
    """Spell a key in the one portable way, `Ctrl+Shift+Z`.

    Raises
    ------
    ValueError
        When there is no such key.
    """
    sequence = QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText)
    known = sequence.count() > 0 and all(
        sequence[place].key() not in (Qt.Key.Key_unknown, Qt.Key(0)) for place in range(sequence.count())
    )
    if not known:
        raise ValueError(f"expected a key such as Ctrl+Z, got {key!r}")
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def collide(one: str, other: str) -> bool:
    """Whether two keys are the same, or one begins the other."""
    first, second = QKeySequence(one), QKeySequence(other)
    none = QKeySequence.SequenceMatch.NoMatch
    return first.matches(second) != none or second.matches(first) != none


def fixed_meaning(key: str) -> str:
    """What the arrows do with a key that nobody can change; empty for nothing."""
    return next((one.text for one in FIXED if any(collide(taken, key) for taken in one.taken)), "")


def to_json(keymap: KeyMap) -> str:
    """Write a key map for another computer; all keys, so that it means the same in another version."""
    keys = {wording.name: list(keymap.keys_of(wording.name)) for wording in WORDINGS}
    return json.dumps({"format": FORMAT, "version": VERSION, "keys": keys}, indent=2, ensure_ascii=False)


def from_json(text: str) -> tuple[KeyMap, tuple[str, ...]]:
    """Read a key map; also tell what of it could not be used.

    Raises
    ------
    ValueError
        When it is no key map at all.
    """
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected a key map written by this program, got no JSON ({error})") from error
    if not isinstance(read, dict) or read.get("format") != FORMAT or not isinstance(read.get("keys"), dict):
        raise ValueError(f"expected a key map with the format {FORMAT!r}, got another file")
    version = read.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ValueError(f"expected version {VERSION} of a key map, got {version}, use a newer program")
    return from_lists(read["keys"])


def from_lists(lists: Mapping[str, object]) -> tuple[KeyMap, tuple[str, ...]]:
    """Make a key map of lists of keys by action; also tell what could not be used."""
    keymap, notes = KeyMap(), []
    for name, keys in lists.items():
        if name not in WORDING_OF:
            notes.append(f"{name}: this version has no such action")
            continue
        try:
            if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
                raise ValueError(f"expected a list of keys, got {keys!r}")
            keymap = keymap.give(name, keys)
        except ValueError as error:
            notes.append(f"{name}: {error}")
    return keymap, tuple(notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A key map to begin with."""

    title: str
    tip: str
    keymap: KeyMap


#: Letters change places with those at the other side of the keyboard. X and Y stay: they are classes.
_OTHER_SIDE: Final = dict(
    pair for one, other in ("QP", "WO", "EI", "RU", "AL", "SK", "DJ", "FH", "ZM", "CN", "VB")
    for pair in ((one, other), (other, one))
)  # fmt: skip
_FRENCH_DIGITS: Final = ("À", "&", "É", '"', "'", "(", "-", "È", "_", "Ç")


def _mirrored() -> KeyMap:
    keymap = KeyMap()
    for wording in WORDINGS:
        if wording.scope is Scope.CASE:
            keymap = keymap.give(wording.name, (_mirror(key) for key in wording.keys))
    return keymap


def _mirror(key: str) -> str:
    before, letter = key[:-1], key[-1:]
    return before + _OTHER_SIDE.get(letter, letter) if before in ("", "Shift+") else key


def _french() -> KeyMap:
    keymap = KeyMap()
    for digit, sign in enumerate(_FRENCH_DIGITS):
        keymap = keymap.give(f"digit_{digit}", (str(digit), sign))
    # The sign of the 6 makes outlines smaller elsewhere; beside the = lies the ) on this keyboard.
    return keymap.give("shrink", (")",))


PRESETS: Final = (
    Preset(title="Standard", tip="Tools under the left hand, the mouse in the right", keymap=KeyMap()),
    Preset(title="Mirrored", tip="Tools under the right hand, the mouse in the left", keymap=_mirrored()),
    Preset(title="AZERTY digits", tip="The digit row names classes without Shift", keymap=_french()),
)
