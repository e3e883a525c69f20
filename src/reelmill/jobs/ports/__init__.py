"""The roles that the outside plays for us. Adapters fill them; one behavioural suite tests each."""

from reelmill.jobs.ports.answers import Answer, IdempotencyStore, Reservation
from reelmill.jobs.ports.batch_store import BatchStore
from reelmill.jobs.ports.job_store import JobStore
from reelmill.jobs.ports.key_store import KeyStore
from reelmill.jobs.ports.media import Fetched, Fetcher, Inspector
from reelmill.jobs.ports.preset_store import PresetStore
from reelmill.jobs.ports.processes import Dispatcher, EventBus, InstanceStore
from reelmill.jobs.ports.storage import Storage
from reelmill.jobs.ports.upload_store import UploadStore
from reelmill.jobs.ports.webhooks import Posted, Poster, WebhookStore

__all__ = [
    "Answer",
    "BatchStore",
    "Dispatcher",
    "EventBus",
    "Fetched",
    "Fetcher",
    "IdempotencyStore",
    "Inspector",
    "InstanceStore",
    "JobStore",
    "KeyStore",
    "Posted",
    "Poster",
    "PresetStore",
    "Reservation",
    "Storage",
    "UploadStore",
    "WebhookStore",
]
