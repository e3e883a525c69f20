"""The operator's settings, read once; and what is made of them."""

import json
import os
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from reelmill.ffmpeg.sandbox.level import require
from reelmill.ffmpeg.sandbox.selftest import Proof
from reelmill.jobs.compile import Terms
from reelmill.model.facts import SandboxLevel
from reelmill.model.steps import Policy
from reelmill.settings import ELSEWHERE, PREFIX, Settings, meanings, read_settings, source_of
from reelmill.worker.execute import Limits

DATABASE = "reelmill.db"
STORAGE = "storage"


@cache
def settings() -> Settings:
    """The operator's settings.

    Raises:
        InvalidRequestError: a setting that is wrong, or that there is none of, by name.
    """
    return read_settings()


def terms() -> Terms:
    """What this installation takes and prefers."""
    limits = settings().limits
    policy = Policy(
        encoder_threads=settings().encoder_threads,
        damaged="finish" if limits.damaged_is_fine else "refuse",
    )
    return Terms(limits=limits, policy=policy)


def limits() -> Limits:
    """When children are ended by force."""
    return Limits(
        stall_seconds=settings().stall_seconds,
        least_seconds=settings().step_seconds,
        memory_bytes=settings().memory_bytes,
    )


def accepted_sandbox(proof: Proof) -> SandboxLevel:
    """The level of this host, if the operator accepts it.

    Raises:
        SandboxUnavailableError: it is below the least that is accepted.
    """
    require(proof.level, settings().sandbox)
    return proof.level


def database_url(data_dir: Path) -> str:
    """The database of a data folder."""
    return f"sqlite:///{(data_dir / DATABASE).absolute()}"


@dataclass(frozen=True)
class Listed:
    """A setting, as it is shown: no secrets."""

    name: str
    value: str
    source: str
    """"environment", "default", or the name of the file that it stands in."""
    meaning: str

    def shown(self) -> dict[str, object]:
        """As a JSON object."""
        return asdict(self)


def listed() -> list[Listed]:
    """Every setting by its name in the environment."""
    chosen = settings()
    shown: dict[str, object] = chosen.model_dump(mode="json")
    found: list[Listed] = []
    said = meanings()
    for name in Settings.model_fields:
        value = shown[name]
        found.append(
            Listed(
                name=f"{PREFIX}{name.upper()}",
                value=value if isinstance(value, str) else json.dumps(value),
                source=source_of(name),
                meaning=said[name],
            )
        )
    for name, meaning in ELSEWHERE.items():
        value = os.environ.get(name, "")
        shown_value = "**********" if value and name.endswith("_KEY") else value
        found.append(Listed(name, shown_value, "environment" if value else "default", meaning))
    return found
