"""What every part of the planner may look at."""

from dataclasses import dataclass, field

from reelmill.model.facts import Facts
from reelmill.model.graph import Graph
from reelmill.model.steps import Notice, Policy, Step
from reelmill.planner.tracks import Track


@dataclass(frozen=True)
class Context:
    """The three arguments of `plan`, and what is gathered on the way."""

    graph: Graph
    facts: Facts
    policy: Policy
    notices: dict[str, Notice] = field(default_factory=dict[str, Notice])
    lowered: list[Step] = field(default_factory=list[Step])
    """The steps before any pass."""
    looked_at: dict[str, Track] = field(default_factory=dict[str, Track])
    """What nodes mean that were only looked at, so that each is looked at once."""

    @property
    def threads(self) -> int:
        """Threads pinned on every encoder: x264's own rule of one and a half per CPU."""
        wanted = self.policy.encoder_threads or self.facts.capabilities.cpu_count * 3 // 2
        return max(1, min(16, wanted))

    def notice(self, code: str, message: str) -> None:
        """Tell the user, once per code, that something is not quite as asked."""
        self.notices.setdefault(code, Notice(code=code, message=message))
