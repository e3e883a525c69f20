"""Answers that are given once, and repeated."""

from datetime import datetime
from typing import Protocol

from reelmill.model.value import Value


class Answer(Value):
    """What an endpoint said, to be said again."""

    status: int
    body: str


class Reservation(Value):
    """The right to answer under an Idempotency-Key: what is committed with the job itself."""

    key_id: str
    idempotency_key: str
    fingerprint: str
    """Of the request: method, path and body."""
    answer: Answer


class IdempotencyStore(Protocol):
    """Answers that were given under an Idempotency-Key, for as long as they are remembered."""

    async def reserve(
        self, key_id: str, idempotency_key: str, instance_id: str, oldest: datetime
    ) -> bool:
        """Begin to answer under a key. Answers from before `oldest` are forgotten.

        Returns:
            True: it is ours to answer. False: there is an answer already.

        Raises:
            ConflictError: it is being answered at this moment.
        """
        ...

    async def answer(self, key_id: str, idempotency_key: str) -> tuple[str, Answer] | None:
        """The fingerprint of the request that was answered, and the answer."""
        ...

    async def release(self, key_id: str, idempotency_key: str) -> None:
        """Nothing came of it: the key is free again."""
        ...

    async def settle(self, reservation: Reservation) -> None:
        """Remember an answer (for endpoints that don't commit it with a job).

        Raises:
            ConflictError: there is an answer under that key already.
        """
        ...
