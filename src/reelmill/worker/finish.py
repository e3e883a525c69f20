"""The end of an attempt: what did not come out well is removed, and the papers are added."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from pydantic import JsonValue

from reelmill.model.results import Outcome
from reelmill.model.steps import Expectation, Plan

METADATA = "metadata.json"


def write_metadata(out: Path, document: Mapping[str, JsonValue]) -> None:
    """metadata.json, the last file to be written."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (out / METADATA).write_text(text + "\n", encoding="utf-8")


def remove_unmade(out: Path, plan: Plan, outcome: Outcome) -> None:
    """Remove what outputs that did not come through verification left behind."""
    made = {artifact.output for artifact in outcome.artifacts}
    for step in plan.steps:
        for wanted in step.expects:
            if wanted.output not in made:
                _remove(out / wanted.path, wanted)


def _remove(path: Path, wanted: Expectation) -> None:
    if wanted.segment_seconds is not None:
        shutil.rmtree(path.parent, ignore_errors=True)
    else:
        for one in wanted.paths:
            path.with_name(PurePosixPath(one).name).unlink(missing_ok=True)


def refer_to_original(out: Path, key: str, job_key: str) -> None:
    """raw/ of the job refers to the stored original, which is there once."""
    link = out / "raw" / f"video_original{Path(key).suffix}"
    link.parent.mkdir()
    link.symlink_to(os.path.relpath(key, f"{job_key}/raw"))
