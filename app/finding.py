"""Finding by a few letters: `nxtc` finds "Next cell"."""

from __future__ import annotations

from collections.abc import Iterable

_START = 8.0
_WORD = 6.0
_RUN = 4.0
_LETTER = 1.0
_GAP = 0.05


def fit(wanted: str, text: str) -> float:
    """Tell how well letters fit a text; 0 when some are missing, more is better.

    The letters have to come in their order. Beginnings of words and letters side by side count more, long
    texts a little less. Words apart may come in any order: `cell next` finds "Next cell".
    """
    text = text.casefold()
    words = wanted.casefold().split()
    scores = [_fit_word(word, text) for word in words]
    if not words or any(score == 0 for score in scores):
        return 0.0
    return sum(scores) / (1 + len(text) / 200)


def best(wanted: str, texts: Iterable[str]) -> float:
    """Tell how well letters fit the best of several texts, the first counting most."""
    return max((fit(wanted, text) * (1.0 if place == 0 else 0.6) for place, text in enumerate(texts)),
               default=0.0)  # fmt: skip


def _fit_word(word: str, text: str) -> float:
    whole = text.find(word)
    if whole >= 0:
        begins = whole == 0 or not text[whole - 1].isalnum()
        return len(word) * _RUN + (_START if whole == 0 else _WORD if begins else 0.0) + 2 * _WORD
    score, at, last = 0.0, 0, -2
    for letter in word:
        place = _next(text, letter, at, last)
        if place < 0:
            return 0.0
        begins = place == 0 or not text[place - 1].isalnum()
        score += _RUN if place == last + 1 else _WORD if begins else _LETTER
        score -= _GAP * max(0, place - last - 1) if last >= 0 else 0.0
        last, at = place, place + 1
    return max(score, 0.01)


def _next(text: str, letter: str, at: int, last: int) -> int:
    """Place of a letter: right behind the last one, else where a word begins, else anywhere."""
    if last >= 0 and at < len(text) and text[at] == letter:
        return at
    first = text.find(letter, at)
    place = first
    while place >= 0:
        if place == 0 or not text[place - 1].isalnum():
            return place
        place = text.find(letter, place + 1)
    return first
