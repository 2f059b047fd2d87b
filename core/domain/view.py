"""How a picture is looked at: values of a view, which never change the picture itself."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.ids import CellId, ChromosomeId


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A way to look at a picture; the plain one shows it as it was captured.

    Parameters
    ----------
    flatten
        How much of uneven light is taken away, 0 to 1.
    denoise
        Noise that is smoothed while edges stay, 0 to 1.
    low, high
        Part of the range of grey that is spread over black to white, 0 to 1.
    local_contrast
        Contrast of each neighbourhood (CLAHE), 0 to 1.
    sharpen
        Edges that are made steeper (unsharp mask), 0 to 1.
    gamma
        Above 1 lightens the middle tones, below 1 darkens them; 0.3 to 3.
    invert
        White on black.
    """

    flatten: float = 0.0
    denoise: float = 0.0
    low: float = 0.0
    high: float = 1.0
    local_contrast: float = 0.0
    sharpen: float = 0.0
    gamma: float = 1.0
    invert: bool = False

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise ValueError(f"expected {name} from {least} to {most}, got {value}")
        if self.low >= self.high:
            raise ValueError(f"expected low below high, got {self.low} and {self.high}")

    @property
    def is_plain(self) -> bool:
        """Whether the picture is shown as it was captured."""
        return self == PLAIN

    @property
    def words(self) -> str:
        """What differs from the plain view, such as "sharpened 40 %, gamma 1.3"; empty for none."""
        parts = [
            f"{word} {round(getattr(self, name) * 100)} %"
            for name, word in (
                ("flatten", "background flattened"), ("denoise", "noise smoothed"),
                ("local_contrast", "local contrast"), ("sharpen", "sharpened"),
            )
            if getattr(self, name)
        ]  # fmt: skip
        if (self.low, self.high) != (0.0, 1.0):
            parts.append(f"grey {round(self.low * 100)} to {round(self.high * 100)} %")
        if self.gamma != 1.0:
            parts.append(f"gamma {self.gamma:.2g}")
        if self.invert:
            parts.append("inverted")
        return ", ".join(parts)


LIMITS = {
    **dict.fromkeys(("flatten", "denoise", "low", "high", "local_contrast", "sharpen"), (0.0, 1.0)),
    "gamma": (0.3, 3.0),
}
"""Least and greatest value of each part of a view."""

PLAIN = View()
"""The picture as it was captured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChromosomeView:
    """The view of one chromosome, in place of the view of its cell."""

    chromosome: ChromosomeId
    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """How the picture of a cell is looked at, and which of its chromosomes differ."""

    cell: CellId
    view: View = PLAIN
    chromosomes: tuple[ChromosomeView, ...] = ()

    def of(self, chromosome: ChromosomeId) -> View:
        """View of a chromosome: its own, or that of the cell."""
        return next((own.view for own in self.chromosomes if own.chromosome == chromosome), self.view)

    @property
    def words(self) -> str:
        """What differs from the captured picture, for the report; empty for nothing."""
        own = len(self.chromosomes)
        parts = [self.view.words] if self.view.words else []
        if own:
            parts.append("another view of 1 chromosome" if own == 1 else f"other views of {own} chromosomes")
        return "; ".join(parts)

    @property
    def is_plain(self) -> bool:
        """Whether all of it is shown as it was captured."""
        return self.view.is_plain and not self.chromosomes
