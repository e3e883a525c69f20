"""The application: every endpoint, behind one frame."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from reelmill.jobs.follow import Follower
from reelmill.web import pages, problems
from reelmill.web.fields import FieldProblem
from reelmill.web.frame import Frame
from reelmill.web.problems import Problem
from reelmill.web.rates import Rates
from reelmill.web.routes import (
    admin,
    api_keys,
    artifacts,
    batches,
    converting,
    creating,
    deliveries,
    health,
    jobs,
    logs,
    numbers,
    plans,
    presets,
    sockets,
    streaming,
    streams,
    uploads,
    webhooks,
)
from reelmill.web.site import Site
from reelmill.web.streams.seats import Seats

DESCRIPTION = """Video in; verified streaming ladders, conversions and streams out.

Send a key as `X-API-Key`, or as `Authorization: Bearer`. Errors are `application/problem+json`
with a stable `code`; `retryable` says whether the same request may succeed later. Every POST that
makes something takes an `Idempotency-Key`.
"""
EXPOSED = (
    *("Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"),
    *("Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm"),
    *("Upload-Offset", "Upload-Length", "Upload-Expires", "Upload-Metadata"),
)


def build(site: Site) -> FastAPI:
    """The application for a site."""
    app = FastAPI(
        title="Reelmill",
        version=site.config.version,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.site = site
    app.state.rates = Rates(site.config)
    app.state.follower = Follower(site.jobs, site.bus)
    app.state.seats = Seats(site.config.streams_per_key)
    api = APIRouter(prefix="/api/v1")
    making = (creating, converting, streaming, batches, uploads)
    watching = (jobs, logs, artifacts, plans, numbers, streams, sockets)
    telling = (webhooks, deliveries)
    for one in (*making, *watching, *telling, presets, api_keys, admin):
        api.include_router(one.router)
    api.include_router(presets.admin)
    api.include_router(uploads.open_router)
    for router in (api, health.router, health.below, artifacts.playback, pages.router):
        app.include_router(router)
    problems.install(app)
    if site.config.cors_origins:
        app.add_middleware(ApiCors, origins=site.config.cors_origins)
    app.add_middleware(Frame)
    app.openapi = lambda: _described(app)
    return app


class ApiCors:
    """CORS of the API by setting. Playback is open to all pages, and says so itself."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app = app
        self._cors = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "HEAD", "POST", "PATCH", "DELETE"),
            allow_headers=("*",),
            expose_headers=EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        playback = scope["type"] == "http" and scope["path"].startswith("/v/")
        await (self._app if playback else self._cors)(scope, receive, send)


def _described(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, with problems in place of FastAPI's own errors."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        for operations in made["paths"].values():
            for operation in operations.values():
                own = operation["responses"].get("422", {}).get("content", {})
                if "application/json" in own:
                    del operation["responses"]["422"]
        schemas = made["components"]["schemas"]
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        template = "#/components/schemas/{model}"
        for model in (Problem, FieldProblem):
            schema = model.model_json_schema(ref_template=template, mode="serialization")
            schema.pop("$defs", None)
            schemas[model.__name__] = schema
        app.openapi_schema = made
    return app.openapi_schema
