"""Whether the service is well, and what this host can do. No key is needed."""

from typing import Any

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from reelmill.web.checks import Check, Health, check, check_all, worst
from reelmill.web.documents.capabilities import CapabilitiesDocument, capabilities
from reelmill.web.site import TheSite

router = APIRouter(tags=["health"])
below = APIRouter(prefix="/api/v1", tags=["health"])

SICK: dict[int | str, dict[str, Any]] = {503: {"description": "unhealthy"}}
BELOW = {"db": "database", "redis": "redis", "minio": "minio", "workers": "workers"}


class HealthDocument(BaseModel):
    """How the service is."""

    status: Health
    version: str


class DetailedHealth(HealthDocument):
    """How the service is, with its checks."""

    checks: dict[str, Check]


class Alive(BaseModel):
    """It answers."""

    status: str = "alive"


@router.get("/live", operation_id="live", summary="The process answers", response_model=Alive)
async def live() -> Alive:
    """Nothing else is looked at."""
    return Alive()


@router.get(
    "/ready",
    operation_id="ready",
    summary="The service can take requests",
    response_model=Check,
    responses=SICK,
)
async def ready(site: TheSite) -> JSONResponse:
    """The database answers."""
    return _answer(await check(site, "database"))


@router.get(
    "/health",
    operation_id="health",
    summary="How the service is",
    response_model=HealthDocument,
    responses=SICK,
)
@below.get(
    "/health",
    operation_id="apiHealth",
    summary="How the service is",
    response_model=HealthDocument,
    responses=SICK,
)
async def health(site: TheSite) -> JSONResponse:
    """The worst of all checks; 503 if that is `unhealthy`."""
    return _answer(HealthDocument(status=worst(await check_all(site)), version=site.config.version))


@below.get(
    "/health/detailed",
    operation_id="detailedHealth",
    summary="How the service is, with each check",
    response_model=DetailedHealth,
    responses=SICK,
)
async def detailed_health(site: TheSite) -> JSONResponse:
    """Database, workers, FFmpeg, disk space."""
    checks = await check_all(site)
    return _answer(DetailedHealth(status=worst(checks), version=site.config.version, checks=checks))


@below.get(
    "/capabilities",
    operation_id="getCapabilities",
    summary="What this installation can do",
    response_model=CapabilitiesDocument,
)
async def get_capabilities(site: TheSite) -> CapabilitiesDocument:
    """Formats with their codecs, operations with their fields, encoders that encoded, limits."""
    return capabilities(site, await to_thread.run_sync(site.inspector.capabilities))


def _one(path: str, name: str) -> None:
    @below.get(
        f"/health/{path}",
        operation_id=f"{path}Health",
        summary=f"How the {name} is",
        response_model=Check,
        responses=SICK,
    )
    async def one(site: TheSite) -> JSONResponse:
        return _answer(await check(site, name))

    one.__doc__ = "One of the checks."


for _path, _name in BELOW.items():
    _one(_path, _name)


def _answer(said: HealthDocument | Check) -> JSONResponse:
    return JSONResponse(said.model_dump(), 503 if said.status == "unhealthy" else 200)
