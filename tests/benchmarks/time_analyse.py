"""Time and memory of the analysis, as a ratio to a baseline that runs on the same machine at the same time.

Not a test: machines differ, and this one may be busy. Run it as
``python tests/benchmarks/time_analyse.py [--cells 6] [--threads 2]``.

The baseline is Otsu's threshold with connected components on the same pictures, which every machine does
in a few milliseconds. A ratio of both tells more about a change of the program than seconds do.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.report.karyogram_figure import draw_karyogram
from core.report.rendering import to_pixels
from core.simulation.metaphase import simulate_metaphase
from models.inference.analyst import load_analyst
from tests.synthetic import simulated_cell

Picture = NDArray[np.uint8]
_REPEATS = 20


def otsu_components(picture: Picture) -> int:
    """Count dark components, the plain way."""
    _, dark = cv2.threshold(picture, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return int(cv2.connectedComponents(dark)[0])


def seconds_of(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds of one call."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def peak_mb() -> float:
    """Largest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024.0 if sys.platform != "darwin" else 1024.0**2)


def main() -> None:
    """Print one line for each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    pictures = [simulate_metaphase("46,XY", seed=seed).picture for seed in range(arguments.cells)]
    cell, grey = simulated_cell("46,XY", seed=1)
    before = peak_mb()
    start = time.perf_counter()
    analyst = load_analyst(threads=arguments.threads)
    print(f"loading the models       {time.perf_counter() - start:8.3f} s")
    analyst.analyse(pictures[0])
    baseline = seconds_of(lambda: [otsu_components(p) for p in pictures * _REPEATS])[0]
    baseline /= _REPEATS * len(pictures)
    print(f"Otsu and components      {baseline:8.4f} s   the baseline, ratio 1")
    stages: dict[str, list[float]] = {}
    processor = []
    for picture in pictures:
        start_processor = time.process_time()
        analysis = analyst.analyse(picture)
        processor.append(time.process_time() - start_processor)
        for stage, seconds in analysis.seconds.items():
            stages.setdefault(stage, []).append(seconds)
    for stage, seconds in stages.items():
        print(f"{stage:<24} {median(seconds):8.3f} s   ratio {median(seconds) / baseline:8.1f}")
    print(f"{'processor time':<24} {median(processor):8.3f} s   ratio {median(processor) / baseline:8.1f}")
    wall, _ = seconds_of(lambda: to_pixels(draw_karyogram(cell, grey), dpi=300))
    print(f"{'karyogram at 300 dpi':<24} {wall:8.3f} s   ratio {wall / baseline:8.1f}")
    print(f"{'peak memory':<24} {peak_mb():8.0f} MB  ({before:.0f} MB before the models)")


if __name__ == "__main__":
    main()
