"""Where finder and outliner draw the line, fitted on the validation part, and what comes of it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.imaging.intensity import stain_of
from models.card import Measured
from models.evaluation.metrics import (
    BoxMatch,
    bootstrap_over_cases,
    count_exact,
    found_f1,
    found_iou,
    match_boxes,
)
from models.inference.choice import Candidate, Choice, Judged, judge
from models.inference.finder import OnnxFinder
from models.inference.outliner import OnnxOutliner, OutlinedMask
from models.training.metaphases import (
    AnnotatedMetaphase,
    is_laboratory_part,
    is_validation_part,
    read_annotations,
    read_greys,
)

HEATS: Final = tuple(float(round(value, 3)) for value in np.arange(0.15, 0.61, 0.025))
_PROBABILITIES: Final = tuple(float(round(value, 3)) for value in np.arange(0.2, 0.81, 0.02))
_START: Final = Choice(weights=(1.0, 0.5, 3.0, 2.0), offset=-3.5, least=0.5)
_ROUNDS: Final = 3

Peaks = tuple[AnnotatedMetaphase, NDArray[np.float32], NDArray[np.float32]]
"""A picture with the boxes of a finder and the heights of their peaks."""
Scene = tuple[AnnotatedMetaphase, tuple[Candidate, ...], tuple[int, int]]
"""A picture with its candidates, and its height and width."""


def validation_pictures(
    data: Path, every: int = 1
) -> Iterator[tuple[AnnotatedMetaphase, NDArray[np.float32]]]:
    """Metaphases of the validation part with their stain, each n-th of them."""
    archive = data / "metaphases_train.zip"
    chosen = [m for m in read_annotations(archive) if not is_laboratory_part(m.case)]
    chosen = [m for m in chosen if is_validation_part(m.case)][::every]
    for metaphase, grey in read_greys(archive, tuple(chosen)):
        yield metaphase, stain_of(grey, dark_on_light=True)


def finder_point(finder: OnnxFinder, data: Path, every: int = 1) -> dict[str, float]:
    """Least peak of the heat map with the best F1, and the line from peaks to probabilities."""
    answers: list[Peaks] = [
        (metaphase, *finder.candidates(stain, min(HEATS)))
        for metaphase, stain in validation_pictures(data, every)
    ]

    def matches(least: float) -> list[BoxMatch]:
        return [match_boxes(boxes[peaks >= least], m.boxes) for m, boxes, peaks in answers]

    heat = max(HEATS, key=lambda least: found_f1(matches(least)))
    peaks, right = [], []
    for metaphase, boxes, heights in answers:
        matched = {pair[0] for pair in match_boxes(boxes, metaphase.boxes).pairs}
        peaks += heights.tolist()
        right += [index in matched for index in range(len(boxes))]
    logits = torch.logit(torch.tensor(peaks, dtype=torch.float64), eps=1e-6)
    (slope,), offset = logistic(logits[:, None], right)
    print(
        f"finder alone: least peak {heat}, F1 {found_f1(matches(heat)):.4f} on {len(answers)} pictures",
        flush=True,
    )
    return {"least_heat": heat, "score_slope": slope, "score_offset": offset}


def outliner_point(finder: OnnxFinder, outliner: OnnxOutliner, data: Path, every: int = 1) -> Choice:
    """Weights of the evidence and the least probability with the best F1."""
    scenes: list[Scene] = []
    for metaphase, stain in validation_pictures(data, every):
        candidates = outliner.candidates(stain, finder.find(stain), corrected=True)
        scenes.append((metaphase, candidates, (stain.shape[0], stain.shape[1])))
    return fitted_choice(scenes)


def fitted_choice(scenes: Sequence[Scene]) -> Choice:
    """Fit the choice among candidates to annotated pictures."""
    choice = _START
    for _ in range(_ROUNDS):
        features, right = [], []
        for metaphase, candidates, shape in scenes:
            judged = judge(candidates, shape, choice)
            matched = {pair[0] for pair in match_boxes(bounds_of(candidates, judged), metaphase.boxes).pairs}
            features += [one.features for one in judged]
            right += [index in matched for index in range(len(judged))]
        weights, offset = logistic(torch.tensor(features, dtype=torch.float64), right)
        found, valid, novel, reach = weights
        choice = Choice(weights=(found, valid, novel, reach), offset=offset, least=0.5)
        scored: dict[float, list[BoxMatch]] = {least: [] for least in _PROBABILITIES}
        for metaphase, candidates, shape in scenes:
            judged = judge(candidates, shape, choice)
            for least in _PROBABILITIES:
                taken = [one for one in judged if one.probability >= least]
                scored[least].append(match_boxes(bounds_of(candidates, taken), metaphase.boxes))
        least = max(_PROBABILITIES, key=lambda value: found_f1(scored[value]))
        choice = Choice(weights=choice.weights, offset=offset, least=least)
        print(
            f"outlined: {choice}, F1 {found_f1(scored[least]):.4f}, IoU {found_iou(scored[least]):.4f}, "
            f"count exact {count_exact(scored[least]):.3f} on {len(scenes)} pictures",
            flush=True,
        )
    return choice


def logistic(features: Tensor, right: Sequence[bool]) -> tuple[list[float], float]:
    """Logistic regression of `right` on features (n, k), float64: weights and offset."""
    target = torch.tensor([float(value) for value in right], dtype=torch.float64)
    line = torch.zeros(features.shape[1] + 1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        logits = features @ line[:-1] + line[-1]
        # A weak prior: features that always say the same must not run away.
        loss = (
            nn.functional.binary_cross_entropy_with_logits(logits, target) + 1e-4 * line[:-1].square().sum()
        )
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    *weights, offset = line.detach().tolist()
    return weights, offset


def bounds_of(candidates: Sequence[Candidate], judged: Sequence[Judged]) -> NDArray[np.float64]:
    """Bounds of the masks of judged candidates, shape (n, 4)."""
    return mask_bounds([candidates[one.index] for one in judged])


def mask_bounds(masks: Sequence[Candidate | OutlinedMask]) -> NDArray[np.float64]:
    """Bounds (xmin, ymin, xmax, ymax) of masks that are tight in their frames, shape (n, 4)."""
    return np.array(
        [(*m.origin, m.origin[0] + m.mask.shape[1], m.origin[1] + m.mask.shape[0]) for m in masks],
        dtype=np.float64,
    ).reshape(-1, 4)


def measured(archive: Path, finder: OnnxFinder, outliner: OnnxOutliner | None = None) -> tuple[Measured, ...]:
    """Results on an archive under the contract's rules: of boxes alone, or of outlines."""
    matches, cases = [], []
    for metaphase, grey in read_greys(archive, read_annotations(archive)):
        stain = stain_of(grey, dark_on_light=True)
        found = finder.find(stain)
        if outliner is None:
            bounds = np.array([one.box for one in found if one.score >= finder.operating_score]).reshape(
                -1, 4
            )
        else:
            bounds = mask_bounds(outliner.outline(stain, found))
        matches.append(match_boxes(bounds, metaphase.boxes))
        cases.append(metaphase.case)
    rows = []
    for name, measure in (("found_f1", found_f1), ("found_iou", found_iou), ("count_exact", count_exact)):
        interval = bootstrap_over_cases(matches, cases, measure)
        print(f"{name} {interval.value:.4f} ({interval.low:.4f} to {interval.high:.4f})", flush=True)
        rows.append(
            Measured(
                set=archive.stem,
                measure=name if outliner is not None else f"{name}, boxes alone",
                value=round(interval.value, 5),
                low=round(interval.low, 5),
                high=round(interval.high, 5),
                n=len(matches),
            )
        )
    return tuple(rows)
