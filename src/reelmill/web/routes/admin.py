"""The installation, for administrators."""

from anyio import to_thread
from fastapi import APIRouter
from pydantic import BaseModel

from reelmill.model.records import Instance
from reelmill.web.gate import SECURITY, AdminRoute
from reelmill.web.problems import responses
from reelmill.web.routes.numbers import StatisticsDocument, statistics_document
from reelmill.web.site import TheSite

router = APIRouter(prefix="/admin", route_class=AdminRoute, dependencies=SECURITY, tags=["admin"])


class InstanceList(BaseModel):
    """All processes of the service."""

    instances: list[Instance]


class StorageDocument(BaseModel):
    """Room in the storage."""

    free_bytes: int | None
    """None: nobody knows."""


@router.get(
    "/workers",
    operation_id="listWorkers",
    summary="The processes of the service",
    response_model=InstanceList,
    responses=responses(),
)
async def list_workers(site: TheSite) -> InstanceList:
    """Those with slots do the work."""
    return InstanceList(instances=list(await site.instances.instances()))


@router.get(
    "/storage",
    operation_id="getStorage",
    summary="Room in the storage",
    response_model=StorageDocument,
    responses=responses(),
)
async def get_storage(site: TheSite) -> StorageDocument:
    """How much more it takes."""
    return StorageDocument(free_bytes=await to_thread.run_sync(site.storage.free_bytes))


@router.get(
    "/stats",
    operation_id="getAllStatistics",
    summary="All keys' jobs in numbers",
    response_model=StatisticsDocument,
    responses=responses(),
)
async def get_all_statistics(site: TheSite) -> StatisticsDocument:
    """As `/stats` says it to an admin."""
    return await statistics_document(site, None)
