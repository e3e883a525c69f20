"""/docs and /redoc without the internet: the assets are those of a package."""

import hashlib
from base64 import b64encode
from importlib.resources import files

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from reelmill.model.errors import NotFoundError

router = APIRouter(include_in_schema=False)

ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
    "favicon.png": "image/png",
}
_START = """
SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true,
  persistAuthorization: false, presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout"})
"""
_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Reelmill API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/docs/assets/favicon.png">"""
DOCS = f"""{_HEAD}<link rel="stylesheet" href="/docs/assets/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/docs/assets/swagger-ui-bundle.js"></script>
<script>{_START}</script></body></html>"""
REDOC = f"""{_HEAD}</head><body><redoc spec-url="/openapi.json"></redoc>
<script src="/docs/assets/redoc.standalone.js"></script></body></html>"""

_SCRIPT = b64encode(hashlib.sha256(_START.encode()).digest()).decode()
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' 'sha256-{_SCRIPT}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {"Content-Security-Policy": POLICY}


@router.get("/docs")
async def docs() -> Response:
    """Swagger UI: the endpoints, to be tried."""
    return HTMLResponse(DOCS, headers=HEADERS)


@router.get("/redoc")
async def redoc() -> Response:
    """ReDoc: the endpoints, to be read."""
    return HTMLResponse(REDOC, headers=HEADERS)


@router.get("/docs/assets/{name}")
async def asset(name: str) -> Response:
    """What these pages load."""
    if name not in ASSETS:
        raise NotFoundError("there is no such asset")
    content = files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(content, media_type=ASSETS[name], headers={"Cache-Control": "max-age=86400"})
