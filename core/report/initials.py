"""Names in short."""

from __future__ import annotations


def initials_of(person: str) -> str:
    """Up to three capitals: "Maria Keller" is MK, "mk" is MK."""
    words = [word for word in person.replace("-", " ").split() if word]
    if len(words) == 1:
        return words[0][:2].upper()
    return "".join(word[0] for word in words[:3]).upper()
