from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.learning.example_store import ExampleStore
from core.learning.tuning_job import JobFolder, TuningJob
from core.progress import Cancelled
from models.card import MODEL_NAME, sha256_of
from models.evaluation.reference_cells import simulated_example
from models.registry import newest

pytest.importorskip("torch", reason="tuning needs the extra train")

from models.training.tuning.learning import run_job


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    store = ExampleStore(tmp_path / "examples")
    whole = simulated_example(102)
    example = replace(
        whole,
        chromosomes=whole.chromosomes[:12],
        truth=replace(whole.truth, classes=whole.truth.classes[:12], first=whole.truth.first[:12]),
        proposed=replace(whole.truth, classes=whole.truth.classes[:12], first=whole.truth.first[:12]),
        class_sure=whole.class_sure[:12],
        end_sure=whole.end_sure[:12],
    )
    store.add(example)
    folder = tmp_path / "job"
    folder.mkdir()
    job = JobFolder(folder)
    job.write_job(
        TuningJob(
            base=str(newest("namer")),
            examples=str(tmp_path / "examples"),
            cache=str(tmp_path),
            cells=(example.identity,),
            quick=True,
            version="0.4.0-job",
            learned="1 cell of 1 case",
        )
    )
    return job


def test_that_a_job_begun_again_ends_with_the_same_weights(job: JobFolder) -> None:
    steps = []
    first = run_job(job, lambda done, total, text: steps.append((done, total)), rehearsed=0)
    assert steps[-1] == (3, 3)
    assert sha256_of(job.namer / MODEL_NAME) == first.sha256
    # As after a loss of power in the middle of writing.
    (job.folder / "result.json").unlink()
    (job.folder / ".namer.unfinished").mkdir()
    again = run_job(job, lambda *_: None, rehearsed=0)
    assert again.sha256 == first.sha256
    assert job.result() == again
    assert [path.name for path in job.folder.iterdir() if path.name.startswith(".")] == []


def test_that_a_cancelled_job_leaves_no_weights(job: JobFolder) -> None:
    job.cancel()
    with pytest.raises(Cancelled):
        run_job(job, lambda *_: None, rehearsed=0)
    assert job.result() is None
    assert not job.namer.exists()
