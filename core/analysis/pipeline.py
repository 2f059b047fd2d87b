"""From a picture to a proposal: one call for the window, the command line and the tests."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from core.analysis.assignment import UNKNOWN_INDEX, Assignment, CountPrior, assign
from core.analysis.band_level import BandLevel, band_level
from core.analysis.pairing import order_homologs
from core.analysis.stages import (
    Chooser,
    Comparer,
    Finder,
    FoundBox,
    Mask,
    Namer,
    OutlinedMask,
    Outliner,
    Reading,
    ShownBanding,
    Stain,
)
from core.analysis.standing import PlacedMask, placed_mask_of, standing_axis_of, thinned
from core.domain.bands import CLASSES, UNKNOWN, centromere_fraction
from core.domain.chromosome import Alternative, Chromosome
from core.domain.ids import ChromosomeId, new_id
from core.domain.metaphase import Banding, ExcludedObject, Metaphase, PassedOver, Quality
from core.domain.outline import Box, Outline, Point
from core.editing.operations import PlaceProposal
from core.errors import MediaError
from core.imaging.centromere import locate_centromere
from core.imaging.intensity import is_dark_on_light, stain_of
from core.imaging.leftover import leftovers
from core.imaging.outline import outline_of
from core.imaging.profile import band_profile
from core.imaging.quality import assess_quality
from core.imaging.straighten import axis_length, medial_axis, straighten
from core.imaging.surroundings import surroundings_of
from core.imaging.tidy import without_crumbs
from core.progress import NoProgress, Progress

_FEWEST_CHROMOSOMES = 8
_LEAST_MEAN_SCORE = 0.35
_SUREST = 30
"""The finder hands over many doubtful candidates; whether there is a metaphase, the surest ones tell."""
_STEPS = 5
_ALTERNATIVES = 5
_ALONE = 2


class NoMetaphase(MediaError):
    """The picture shows no metaphase; nothing is invented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The machine's whole answer about one picture.

    `seconds` holds the time of each stage and "total"; `models` the version of each learned stage;
    `count_confidence` the probability of the number in each class.
    """

    proposal: PlaceProposal
    models: dict[str, str]
    seconds: dict[str, float]
    count_confidence: dict[str, float]


class Analyst:
    """Finds, outlines, names and orients the chromosomes of a metaphase.

    Parameters
    ----------
    finder, outliner, namer
        Learned stages.
    prior
        How strongly pairs are preferred.
    release
        Name of the release that these stages belong to; empty where they are not of one.
    comparer
        Compares homologs, for changes of structure; None where that is not wanted.
    """

    def __init__(
        self,
        finder: Finder,
        outliner: Outliner,
        namer: Namer,
        *,
        prior: CountPrior | None = None,
        release: str = "",
        comparer: Comparer | None = None,
    ) -> None:
        self._finder = finder
        self._outliner = outliner
        self._namer = namer
        self._prior = prior or CountPrior()
        self._release = release
        self._comparer = comparer
        self._last_stain: tuple[NDArray[np.generic], bool, Stain] | None = None

    @property
    def models(self) -> dict[str, str]:
        """Version of each learned stage, such as ``{"finder": "finder@1.0.0"}``, and their release."""
        named = {"release": self._release} if self._release else {}
        return {
            **named,
            "finder": self._finder.version,
            "outliner": self._outliner.version,
            "namer": self._namer.version,
            **({"structure": self._comparer.version} if self._comparer is not None else {}),
        }

    def analyse(
        self,
        grey: NDArray[np.generic],
        *,
        dark_on_light: bool | None = None,
        banding: Banding | None = None,
        progress: Progress | None = None,
    ) -> Analysis:
        """Analyse one picture.

        Parameters
        ----------
        grey
            Shape (H, W), any unsigned integer or float dtype.
        dark_on_light, banding
            As a person or the file says; recognised from the picture when None.

        Returns
        -------
        Analysis

        Raises
        ------
        NoMetaphase
            Where too few chromosomes are found to speak of a metaphase.
        Cancelled
            Where `progress` says so; nothing is left behind.
        """
        progress = progress or NoProgress()
        clock = _Clock()
        progress.step(0, _STEPS, "reading the stain")
        if dark_on_light is None:
            dark_on_light = is_dark_on_light(grey)
        stain = stain_of(grey, dark_on_light=dark_on_light)
        clock.lap("stain")
        progress.step(1, _STEPS, "finding chromosomes")
        boxes = self._finder.find(stain)
        clock.lap("find")
        surest = sorted((box.score for box in boxes), reverse=True)[:_SUREST]
        if len(surest) < _FEWEST_CHROMOSOMES or np.mean(surest) < _LEAST_MEAN_SCORE:
            raise NoMetaphase(
                f"no metaphase found ({len(boxes)} chromosome-like objects)",
                "choose a picture of a metaphase spread",
            )
        progress.step(2, _STEPS, "outlining")
        outlined, passed_over = self._choose(stain, boxes, dark_on_light=dark_on_light)
        masks = [_tidied(mask) for mask in outlined]
        clock.lap("outline")
        if len(masks) < _FEWEST_CHROMOSOMES:
            raise NoMetaphase(
                f"no metaphase found ({len(masks)} outlines)", "choose a picture of a metaphase spread"
            )
        progress.step(3, _STEPS, "naming and orienting")
        axes = [medial_axis(mask.mask) + np.asarray(mask.origin, dtype=np.float64) for mask in masks]
        shown = self._banding_of(stain, masks, axes, dark_on_light=dark_on_light, stated=banding)
        ids = [ChromosomeId(new_id()) for _ in masks]
        chromosomes, assignment = self._read(stain, masks, axes, ids, shown.banding)
        clock.lap("name")
        chromosomes = self._compared(stain, masks, chromosomes, shown.banding)
        clock.lap("compare")
        progress.step(4, _STEPS, "judging the cell")
        around = surroundings_of(stain, masks)
        excluded = tuple(ExcludedObject(box=box, reason=reason) for box, reason in around.excluded)
        unexplained = around.unexplained
        parts = assess_quality(stain, [(mask.mask, mask.origin) for mask in masks])
        level = _band_level(stain, masks, chromosomes) if shown.banding is Banding.G else None
        quality = Quality(
            score=parts.score,
            spread=parts.spread,
            overlap=parts.overlap,
            band_clarity=parts.band_clarity,
            focus=parts.focus,
            completeness=parts.completeness,
            debris=parts.debris,
            band_level=None if level is None else round(level.value, 1),
            band_level_low=None if level is None else round(level.low, 1),
            band_level_high=None if level is None else round(level.high, 1),
        )
        clock.lap("judge")
        progress.step(_STEPS, _STEPS, "done")
        proposal = PlaceProposal(
            proposal=new_id(),
            chromosomes=chromosomes,
            excluded=excluded,
            unexplained=unexplained,
            passed_over=passed_over,
            leftover=leftovers(stain, masks),
            quality=quality,
            right_probability=_right_probability(chromosomes, assignment, unexplained),
            banding=shown.banding,
            banding_confidence=shown.confidence,
            banding_reason=shown.reason,
            dark_on_light=dark_on_light,
        )
        confidence = {
            name: float(value) for name, value in zip(CLASSES, assignment.count_confidence, strict=True)
        }
        return Analysis(
            proposal=proposal, models=self.models, seconds=clock.seconds, count_confidence=confidence
        )

    def reread(
        self, grey: NDArray[np.generic], cell: Metaphase, fresh: Sequence[Chromosome] = ()
    ) -> tuple[Chromosome, ...]:
        """Read class, polarity and pairing of a cell again, after outlines changed.

        Parameters
        ----------
        grey
            Picture of the cell, shape (H, W).
        cell
            State as it stands.
        fresh
            New pieces that are not in the cell yet; they are read in the context of the others.

        Returns
        -------
        tuple of Chromosome
            First `fresh`, then every counting chromosome of the cell, with new readings. Ids, outlines
            and decisions are those given; `Reread` and `Recut` leave alone what a person decided.
        """
        stain = self.stain(grey, dark_on_light=cell.dark_on_light)
        new = {f.id for f in fresh}
        known = (*fresh, *(c for c in cell.counting if c.id not in new))
        masks = [placed_mask_of(chromosome) for chromosome in known]
        axes = [standing_axis_of(chromosome, mask) for chromosome, mask in zip(known, masks, strict=True)]
        shown = self._banding_of(
            stain,
            masks,
            axes,
            dark_on_light=cell.dark_on_light,
            stated=None if cell.banding is Banding.UNKNOWN and not cell.banding_stated else cell.banding,
        )
        readings = self._namer.read(stain, masks, axes, shown.banding)
        assignment = assign(_probabilities(readings), prior=self._prior)
        reread = []
        for row, (chromosome, mask, axis, reading) in enumerate(
            zip(known, masks, axes, readings, strict=True)
        ):
            ordered = axis if reading.p_at_start else axis[::-1]
            named = replace(
                chromosome,
                p_arm=p_arm_direction(ordered),
                p_arm_confidence=reading.p_confidence,
                axis=_points(thinned(ordered)),
                **_name(reading, int(assignment.classes[row]), float(assignment.confidence[row])),
            )
            if chromosome.id in new or chromosome.centromere is None:
                named = replace(named, centromere=_centromere(stain, mask, ordered, named.chromosome_class))
            reread.append(named)
        paired = _paired(reread, readings, axes)
        return self._compared(stain, masks, paired, shown.banding)

    def _compared(
        self,
        stain: Stain,
        masks: Sequence[OutlinedMask],
        chromosomes: tuple[Chromosome, ...],
        banding: Banding,
    ) -> tuple[Chromosome, ...]:
        """Say what is suspected of the build of each chromosome; only in the banding that was learned."""
        if self._comparer is None or banding is not Banding.G:
            return tuple(replace(one, suspicion=None) for one in chromosomes)
        axes = [np.asarray(one.axis, dtype=np.float64) for one in chromosomes]
        names = [one.chromosome_class for one in chromosomes]
        suspicions = self._comparer.compare(stain, masks, axes, names)
        return tuple(
            replace(one, suspicion=suspicion) for one, suspicion in zip(chromosomes, suspicions, strict=True)
        )

    @property
    def outliner(self) -> Outliner:
        """The learned outliner, for what a person points at."""
        return self._outliner

    def stain(self, grey: NDArray[np.generic], *, dark_on_light: bool) -> Stain:
        """Stain of a picture (H, W); that of the last picture is kept, because gestures follow each other."""
        last = self._last_stain
        if last is None or last[0] is not grey or last[1] != dark_on_light:
            last = (grey, dark_on_light, stain_of(grey, dark_on_light=dark_on_light))
            self._last_stain = last
        return last[2]

    def _choose(
        self, stain: Stain, boxes: Sequence[FoundBox], *, dark_on_light: bool
    ) -> tuple[Sequence[OutlinedMask], tuple[PassedOver, ...]]:
        """Outlines, and what was passed over where the outliner tells it."""
        if isinstance(self._outliner, Chooser):
            outlined, passed_over = self._outliner.choose(stain, boxes, dark_on_light=dark_on_light)
            return outlined, tuple(passed_over)
        return self._outliner.outline(stain, boxes, dark_on_light=dark_on_light), ()

    def _banding_of(
        self,
        stain: Stain,
        masks: Sequence[OutlinedMask],
        axes: Sequence[NDArray[np.float64]],
        *,
        dark_on_light: bool,
        stated: Banding | None,
    ) -> ShownBanding:
        """What a person or the file says, else what the namer recognises."""
        if stated is not None:
            return _Stated(banding=stated, confidence=1.0, reason="stated by a person or by the file")
        return self._namer.recognise(stain, masks, axes, dark_on_light=dark_on_light)

    def _read(
        self,
        stain: Stain,
        masks: Sequence[OutlinedMask],
        axes: Sequence[NDArray[np.float64]],
        ids: Sequence[ChromosomeId],
        banding: Banding,
    ) -> tuple[tuple[Chromosome, ...], Assignment]:
        readings = self._namer.read(stain, masks, axes, banding)
        assignment = assign(_probabilities(readings), prior=self._prior)
        overlaps = _overlaps(masks, ids)
        chromosomes = [
            _chromosome(
                stain,
                mask,
                axis,
                reading,
                chromosome_id,
                overlaps[chromosome_id],
                int(assignment.classes[row]),
                float(assignment.confidence[row]),
            )
            for row, (mask, axis, reading, chromosome_id) in enumerate(
                zip(masks, axes, readings, ids, strict=True)
            )
        ]
        return _paired(chromosomes, readings, axes), assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """A banding that was not left to the program."""

    banding: Banding
    confidence: float
    reason: str


class _Clock:
    """Seconds of each stage; the one place of the pipeline that looks at the time."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._laps[stage] = now - self._last
        self._last = now

    @property
    def seconds(self) -> dict[str, float]:
        return {**self._laps, "total": self._last - self._start}


def _tidied(outlined: OutlinedMask) -> PlacedMask:
    mask = without_crumbs(outlined.mask)
    return PlacedMask(
        origin=outlined.origin, mask=mask, crossing=outlined.crossing & mask, score=outlined.score
    )


def _probabilities(readings: Sequence[Reading]) -> NDArray[np.float32]:
    return np.stack([r.probabilities for r in readings]) if readings else np.zeros((0, 25), np.float32)


class _Name(TypedDict):
    chromosome_class: str
    confidence: float
    alternatives: tuple[Alternative, ...]
    alone: tuple[Alternative, ...]


def _name(reading: Reading, index: int, confidence: float) -> _Name:
    names = (*CLASSES, UNKNOWN)
    order = np.argsort(-reading.probabilities)[:_ALTERNATIVES]
    return _Name(
        chromosome_class=UNKNOWN if index == UNKNOWN_INDEX else CLASSES[index],
        confidence=confidence,
        alternatives=tuple(
            Alternative(chromosome_class=names[i], probability=float(reading.probabilities[i])) for i in order
        ),
        alone=tuple(
            Alternative(chromosome_class=names[i], probability=round(float(reading.alone[i]), 4))
            for i in np.argsort(-reading.alone)[:_ALONE]
        ),
    )


def _chromosome(
    stain: Stain,
    mask: OutlinedMask,
    axis: NDArray[np.float64],
    reading: Reading,
    chromosome_id: ChromosomeId,
    overlaps: tuple[ChromosomeId, ...],
    index: int,
    confidence: float,
) -> Chromosome:
    if not reading.p_at_start:
        axis = axis[::-1]
    points, holes = outline_of(mask.mask, mask.origin)
    name = _name(reading, index, confidence)
    return Chromosome(
        id=chromosome_id,
        outline=Outline(points=_points(points), holes=tuple(_points(hole) for hole in holes)),
        p_arm=p_arm_direction(axis),
        p_arm_confidence=reading.p_confidence,
        centromere=_centromere(stain, mask, axis, name["chromosome_class"]),
        axis=_points(thinned(axis)),
        overlaps=overlaps,
        outline_confidence=mask.score,
        **name,
    )


def _points(points: NDArray[np.float64]) -> tuple[Point, ...]:
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)


def p_arm_direction(axis: NDArray[np.float64]) -> Point:
    """Return the unit vector (x, y) from the centre of a chromosome to the first point of its axis (K, 2)."""
    low, high = axis.min(axis=0), axis.max(axis=0)
    vector = axis[0] - (low + high) / 2
    # In a strongly bent chromosome the chord says which way is up better than the bounds do.
    chord = axis[0] - axis[-1]
    vector = vector / max(float(np.linalg.norm(vector)), 1e-9) + chord / max(
        float(np.linalg.norm(chord)), 1e-9
    )
    norm = float(np.linalg.norm(vector))
    return (0.0, -1.0) if norm < 1e-6 else (float(vector[0] / norm), float(vector[1] / norm))


def _centromere(stain: Stain, mask: OutlinedMask, axis: NDArray[np.float64], name: str) -> Point:
    """Point of the axis (p arm first) at the primary constriction."""
    local = axis - np.asarray(mask.origin, dtype=np.float64)
    half = max(6.0, mask.mask.sum() / max(axis_length(axis), 1.0))
    straight_mask = straighten(mask.mask.astype(np.float32), local, half)
    x0, y0 = mask.origin
    height, width = mask.mask.shape
    pixels = np.where(mask.mask, stain[y0 : y0 + height, x0 : x0 + width], 0.0).astype(np.float32)
    straight_stain = straighten(pixels, local, half)
    expected = None if name == UNKNOWN else centromere_fraction(name)
    found = locate_centromere(straight_mask, straight_stain, expected=expected)
    share = found.row / max(len(straight_mask), 1)
    x, y = axis[min(len(axis) - 1, max(0, round(share * (len(axis) - 1))))]
    return (round(float(x), 2), round(float(y), 2))


def _band_level(
    stain: Stain, masks: Sequence[OutlinedMask], chromosomes: Sequence[Chromosome]
) -> BandLevel | None:
    """Band level from the chromosomes that lie free."""
    profiles = []
    for mask, chromosome in zip(masks, chromosomes, strict=True):
        if chromosome.overlaps or chromosome.chromosome_class == UNKNOWN or len(chromosome.axis) < 2:
            continue
        local = np.asarray(chromosome.axis, dtype=np.float64) - np.asarray(mask.origin, dtype=np.float64)
        half = max(6.0, mask.mask.sum() / max(axis_length(local), 1.0))
        straight_mask = straighten(mask.mask.astype(np.float32), local, half)
        x0, y0 = mask.origin
        height, width = mask.mask.shape
        pixels = np.where(mask.mask, stain[y0 : y0 + height, x0 : x0 + width], 0.0).astype(np.float32)
        profile = band_profile(straighten(pixels, local, half), straight_mask)
        profiles.append((chromosome.chromosome_class, profile))
    return band_level(profiles)


def _overlaps(
    masks: Sequence[OutlinedMask], ids: Sequence[ChromosomeId]
) -> dict[ChromosomeId, tuple[ChromosomeId, ...]]:
    """Which chromosomes share pixels: a crossing of at least a few pixels."""
    partners: dict[ChromosomeId, list[ChromosomeId]] = {i: [] for i in ids}
    bounds = [
        (m.origin[0], m.origin[1], m.origin[0] + m.mask.shape[1], m.origin[1] + m.mask.shape[0])
        for m in masks
    ]
    for i in range(len(masks)):
        for j in range(i + 1, len(masks)):
            x0, y0 = max(bounds[i][0], bounds[j][0]), max(bounds[i][1], bounds[j][1])
            x1, y1 = min(bounds[i][2], bounds[j][2]), min(bounds[i][3], bounds[j][3])
            if x0 >= x1 or y0 >= y1:
                continue
            shared = _window(masks[i], x0, y0, x1, y1) & _window(masks[j], x0, y0, x1, y1)
            if int(shared.sum()) >= 12:
                partners[ids[i]].append(ids[j])
                partners[ids[j]].append(ids[i])
    return {key: tuple(value) for key, value in partners.items()}


def _window(mask: OutlinedMask, x0: int, y0: int, x1: int, y1: int) -> Mask:
    ox, oy = mask.origin
    return mask.mask[y0 - oy : y1 - oy, x0 - ox : x1 - ox]


def _paired(
    chromosomes: list[Chromosome], readings: Sequence[Reading], axes: Sequence[NDArray[np.float64]]
) -> tuple[Chromosome, ...]:
    embeddings = np.stack([r.embedding for r in readings]) if readings else np.zeros((0, 1))
    lengths = np.array([axis_length(axis) for axis in axes])
    result = list(chromosomes)
    for name in (*CLASSES, UNKNOWN):
        members = [row for row, c in enumerate(chromosomes) if c.chromosome_class == name]
        for place, (row, value) in enumerate(order_homologs(members, embeddings, lengths), start=1):
            result[row] = replace(result[row], homolog=place, similarity=value)
    return tuple(result)


def _right_probability(
    chromosomes: Sequence[Chromosome], assignment: Assignment, unexplained: Sequence[Box]
) -> float:
    """Probability that nobody has to touch this cell: outlines, classes and polarities all right."""
    outlines = float(np.prod([c.outline_confidence for c in chromosomes]))
    polarity = float(np.prod([c.p_arm_confidence for c in chromosomes]))
    return float(assignment.right * outlines * polarity * 0.5 ** min(len(unexplained), 6))
