"""A doorbell inside one process."""

import asyncio
from collections import defaultdict, deque

from reelmill.model.work import Resource


class LocalDispatcher:
    """See `jobs.ports.Dispatcher`. For one event loop; workers elsewhere look by themselves."""

    def __init__(self) -> None:
        self._waiting: defaultdict[Resource, deque[asyncio.Future[None]]] = defaultdict(deque)
        self._rung: defaultdict[Resource, bool] = defaultdict(bool)

    def wake(self, resource: Resource) -> None:
        """See `Dispatcher.wake`."""
        waiting = self._waiting[resource]
        while waiting:
            waiter = waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._rung[resource] = True  # nobody is there: the next to come need not wait

    async def wait(self, resource: Resource, timeout_seconds: float) -> bool:
        """See `Dispatcher.wait`."""
        if self._rung[resource]:
            self._rung[resource] = False
            return True
        waiter = asyncio.get_running_loop().create_future()
        self._waiting[resource].append(waiter)
        try:
            await asyncio.wait_for(waiter, timeout_seconds)
        except TimeoutError:
            return False
        finally:
            if waiter in self._waiting[resource]:
                self._waiting[resource].remove(waiter)
        return True
