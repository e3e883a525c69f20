"""The tables. METADATA has them all, as all of their modules are imported here."""

from reelmill.adapters.sql.tables.base import METADATA
from reelmill.adapters.sql.tables.batches import batch_jobs, batches
from reelmill.adapters.sql.tables.instances import instances
from reelmill.adapters.sql.tables.jobs import artifacts, events, jobs, labels, qualities, tasks
from reelmill.adapters.sql.tables.keys import api_keys, idempotency, usage_stats
from reelmill.adapters.sql.tables.presets import presets
from reelmill.adapters.sql.tables.steps import attempts, steps
from reelmill.adapters.sql.tables.uploads import uploads
from reelmill.adapters.sql.tables.webhooks import (
    webhook_attempts,
    webhook_deliveries,
    webhook_endpoints,
    webhook_secrets,
)

__all__ = [
    "METADATA",
    "api_keys",
    "artifacts",
    "attempts",
    "batch_jobs",
    "batches",
    "events",
    "idempotency",
    "instances",
    "jobs",
    "labels",
    "presets",
    "qualities",
    "steps",
    "tasks",
    "uploads",
    "usage_stats",
    "webhook_attempts",
    "webhook_deliveries",
    "webhook_endpoints",
    "webhook_secrets",
]
