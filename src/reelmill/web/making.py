"""Jobs of sources that are somewhere already: a file of this machine, an upload, a URL."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import structlog
from anyio import CancelScope, to_thread
from fastapi import Request
from fastapi.responses import Response

from reelmill.jobs.submit import source_keys, upload_key
from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import SourceRef, SourceType
from reelmill.model.uploads import Upload
from reelmill.recipes.recipe import MAIN, Recipe
from reelmill.web.accepting import Candidate, Say, accept, check_options, look_at, new_id
from reelmill.web.caller import Caller
from reelmill.web.fields import about
from reelmill.web.growing import claimed
from reelmill.web.idempotency import fingerprint, promised
from reelmill.web.options import JobOptions
from reelmill.web.paths import allowed
from reelmill.web.site import Site
from reelmill.web.upload import shown_name
from reelmill.web.uploads import owned, place_of

UPLOAD = "upload:"


@dataclass(frozen=True)
class Reference:
    """A source as somebody named it.

    Attributes:
        text: a path, a URL, or the id of an upload.
        field: of the request, for errors: a pointer without its first slash.
    """

    kind: Literal["path", "url", "upload"]
    text: str
    field: str


def reference(text: str, field: str) -> Reference:
    """What a text means that may be any of them: `upload:ID`, a URL, else a path."""
    if text.startswith(UPLOAD):
        return Reference("upload", text.removeprefix(UPLOAD), field)
    kind = "url" if text.lower().startswith(("http://", "https://")) else "path"
    return Reference(kind, text, field)


@dataclass(frozen=True)
class Asked:
    """A request for a job.

    Attributes:
        sources: by their names in the graph; the main one among them.
        filename: how the main one is shown; None: as it is called where it is.
        say: makes the answer.
    """

    options: JobOptions
    recipe: Recipe
    sources: Mapping[str, Reference]
    say: Say
    filename: str | None = None

    @property
    def fields(self) -> dict[str, str]:
        """What names each source, for errors."""
        return {name: one.field for name, one in self.sources.items()}


@dataclass
class Found:
    """Where the sources of a request are."""

    sources: dict[str, SourceRef] = field(default_factory=dict[str, SourceRef])
    paths: dict[str, Path] = field(default_factory=dict[str, Path])
    uploads: dict[str, Upload] = field(default_factory=dict[str, Upload])

    @property
    def source_type(self) -> SourceType:
        if any(one.kind == "url" for one in self.sources.values()):
            return "url"
        return "upload" if MAIN in self.uploads else "filesystem"


async def make(
    site: Site, request: Request, caller: Caller, asked: Callable[[], Awaitable[Asked]]
) -> Response:
    """Accept a job, or give the answer that was promised for this request before.

    Args:
        site: where.
        request: that asks for it.
        caller: whose it is.
        asked: what it is; called only where the request is new.

    Raises:
        ReelmillError: why it is not accepted.
    """
    await caller.check_minutes(site)
    async with promised(site, request, caller) as promise:
        marked = fingerprint(request, await request.json())
        replayed = promise.replay(marked)
        if replayed is not None:
            return replayed
        wanted = await asked()
        await check_options(site, wanted.options)
        found = await found_sources(site, caller, wanted.sources)
        with ExitStack() as stack:
            for name in found.uploads:
                with about(wanted.fields[name]):
                    stack.enter_context(claimed(found.paths[name]))
            facts = await look_at(site, found.paths, wanted.recipe, wanted.fields)
            candidate = candidate_of(wanted, found, facts)
            structlog.contextvars.bind_contextvars(job_id=candidate.job_id)
            undo = await take(site, [(candidate, found)])
            said = await accept(site, request, caller, candidate, promise, marked, undo)
            await forget(site, found.uploads.values())
            return said


def candidate_of(wanted: Asked, found: Found, facts: Mapping[str, SourceFacts]) -> Candidate:
    """A job, once it is known where its sources are; uploads will be its own."""
    job_id = new_id()
    filename = wanted.filename or _filename(wanted.sources[MAIN], found.uploads.get(MAIN))
    stored = {
        name: SourceRef(kind="stored", location=key, size_bytes=found.uploads[name].size_bytes)
        for name, key in _keys(job_id, facts, filename, found.uploads).items()
    }
    return Candidate(
        job_id=job_id,
        filename=filename,
        source_type=found.source_type,
        options=wanted.options,
        recipe=wanted.recipe,
        sources={**found.sources, **stored},
        facts=facts if found.source_type != "url" else {},
        say=wanted.say,
    )


async def take(
    site: Site, candidates: Iterable[tuple[Candidate, Found]]
) -> Callable[[], Awaitable[None]]:
    """Store uploads as sources of jobs, too; gives what takes that back."""
    moves = [
        (upload_key(upload.upload_id), candidate.sources[name].location)
        for candidate, found in candidates
        for name, upload in found.uploads.items()
    ]

    async def undo() -> None:
        with CancelScope(shield=True):
            for _, key in moves:
                await to_thread.run_sync(site.storage.remove, key)

    try:
        for upload, key in moves:
            await to_thread.run_sync(site.storage.share, upload, key)
    except BaseException:
        await undo()
        raise
    return undo


async def found_sources(site: Site, caller: Caller, sources: Mapping[str, Reference]) -> Found:
    """Where each source is, before anything is done with it.

    Raises:
        ReelmillError: it is not there, or not for this caller.
    """
    found = Found()
    for name, one in sources.items():
        with about(one.field):
            match one.kind:
                case "path":
                    roots = site.config.roots
                    path, there = await to_thread.run_sync(allowed, one.text, roots, one.field)
                    found.paths[name], found.sources[name] = path, there
                case "url":
                    await to_thread.run_sync(site.fetcher.check, one.text)
                    found.sources[name] = SourceRef(kind="url", location=one.text, size_bytes=0)
                case "upload":
                    upload = await owned(site, caller, one.text)
                    found.uploads[name] = upload
                    found.paths[name] = place_of(site, upload)
    return found


def _keys(
    job_id: str, facts: Mapping[str, SourceFacts], filename: str, uploads: Mapping[str, Upload]
) -> dict[str, str]:
    """Where uploads go that become a job's."""
    return source_keys(job_id, {name: facts[name] for name in uploads}, filename)


def _filename(main: Reference, upload: Upload | None) -> str:
    if upload is not None:
        return shown_name(upload.metadata.get("filename") or upload.metadata.get("name"), "file")
    if main.kind == "url":
        return shown_name(unquote(urlsplit(main.text).path), "file")
    return shown_name(main.text, "file")


async def forget(site: Site, uploads: Iterable[Upload]) -> None:
    """The files are the job's now. What fails here is done by the clean-up."""
    for one in uploads:
        with suppress(OSError):
            await site.uploads.forget(one.upload_id)
            await to_thread.run_sync(site.storage.remove, upload_key(one.upload_id))
