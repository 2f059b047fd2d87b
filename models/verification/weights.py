"""Weights against their cards."""

from __future__ import annotations

from pathlib import Path

from core.errors import StorageError
from core.verification.record import Fault
from models.card import CARD_NAME, MODEL_NAME, ModelCard, read_card, sha256_of


def read_weights(folder: Path) -> tuple[tuple[ModelCard, ...], tuple[Fault, ...]]:
    """Read every card below a folder of weights and compare the weights with the hash that it names.

    Parameters
    ----------
    folder
        Such as ``resources/weights``; it need not exist.

    Returns
    -------
    tuple
        The cards whose weights are as they should be, and a fault for each that is not: changed, missing,
        without a card, or with a card that cannot be read. Files are named below the parent of `folder`.
    """
    cards, faults = [], []
    places = {path.parent for name in (CARD_NAME, MODEL_NAME) for path in folder.rglob(name)}
    for place in sorted(places):
        name = (place / MODEL_NAME).relative_to(folder.parent).as_posix()
        card_name = (place / CARD_NAME).relative_to(folder.parent).as_posix()
        try:
            card = read_card(place)
            found = sha256_of(place / MODEL_NAME)
        except StorageError as error:
            faults.append(Fault(file=card_name, said=error.what))
            continue
        except OSError as error:
            faults.append(Fault(file=name, said=f"cannot be read ({error.strerror or error})"))
            continue
        if found == card.sha256:
            cards.append(card)
        else:
            faults.append(Fault(file=name, said=f"is not what the card of {card.label} names"))
    return tuple(cards), tuple(faults)
