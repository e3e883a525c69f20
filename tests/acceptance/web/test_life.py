"""A job through the interface: made, watched, played, removed."""

from __future__ import annotations

import httpx

from reelmill.jobs.compile import Terms, compiled
from reelmill.model.events import Progress, TaskProgress
from tests.media.clips import clip_file

from .making import VIDEO, finish, upload
from .service import Service


def test_an_upload_becomes_a_job(here: Service, client: httpx.Client) -> None:
    answer = upload(client, priority="8", metadata='{"title": "Ü", "tags": ["a"]}')
    said = answer.json()
    assert answer.status_code == 202, said
    assert said["status"] == "pending"
    assert said["message"] == "Job queued successfully"
    assert said["priority"] == 8
    assert answer.headers["location"] == said["links"]["self"]
    assert here.bell.rung == ["io"]
    assert here.files() == [f"raw/{said['job_id']}_original.mp4"]
    original = here.storage_folder / here.files()[0]
    assert original.read_bytes() == clip_file("plain_720p").read_bytes()

    job = client.get(said["links"]["self"]).json()
    assert job["user_metadata"] == {"title": "Ü", "tags": ["a"]}
    assert job["video_info"]["resolution"] == "1280x720"
    assert job["outputs"] is None
    assert job["progress_percent"] == 0
    assert {one["name"] for one in job["tasks"]} >= {"validate_video", "transcode_360p"}


def test_progress_of_this_process_is_told(here: Service, client: httpx.Client) -> None:
    job_id = upload(client).json()["job_id"]
    task = TaskProgress(name="validate_video", status="running", fraction=0.5, eta_seconds=3)
    claim = here.do(here.site.jobs.claim("w", "io"))
    assert claim is not None
    here.board.post(job_id, Progress(tasks=(task,), fraction=0.4))
    job = client.get(f"/api/v1/jobs/{job_id}").json()
    assert (job["status"], job["progress_percent"]) == ("validating", 40)
    assert job["tasks"][0]["progress_percent"] == 50
    assert job["tasks"][0]["eta_seconds"] == 3


def test_what_was_made_is_told_and_plays(here: Service, client: httpx.Client) -> None:
    job_id = upload(client).json()["job_id"]
    finish(here, job_id)
    job = client.get(f"/api/v1/jobs/{job_id}").json()
    assert job["status"] == "completed"
    assert job["progress_percent"] == 100
    outputs = job["outputs"]
    assert set(outputs) >= {"360p", "720p", "audio", "transcription", "thumbnails"}
    assert outputs["transcription"] is None
    assert outputs["720p"]["video"]["minio_path"] == f"processed/{job_id}/720p/video_720p.mp4"
    assert outputs["720p"]["streaming"]["segment_count"] == 1
    assert len(outputs["thumbnails"]["auto_generated"]) == 5
    assert set(job["compression"]) == {"360p_ratio", "720p_ratio", "total_saved_percent"}

    with here.client() as anybody:
        playlist = anybody.get(outputs["360p"]["streaming"]["hls_url"])
        assert playlist.headers["content-type"] == "application/vnd.apple.mpegurl"
        assert playlist.headers["access-control-allow-origin"] == "*"
        segment = anybody.get(str(playlist.url.join("segment_000.ts")))
        assert (segment.status_code, segment.content) == (200, VIDEO)
        assert segment.headers["content-type"] == "video/mp2t"
        assert anybody.get(job["master_playlist_url"]).status_code == 200
        assert anybody.get(outputs["metadata_json"]["url"]).status_code == 200
        stolen = outputs["metadata_json"]["url"].replace(job_id, "another")
        assert anybody.get(stolen).status_code == 404
        for path in ("raw/video_original.mp4", "../../reelmill.db", "360p/segments/none.ts"):
            base = outputs["metadata_json"]["url"].removesuffix("metadata.json")
            assert anybody.get(base + path.replace("..", "%2e%2e")).status_code == 404

    made = client.get(f"/api/v1/jobs/{job_id}/artifacts").json()["artifacts"]
    assert "metadata.json" in {one["path"] for one in made}
    log = client.get(f"/api/v1/jobs/{job_id}/logs", params={"lines": 3}).json()
    assert len(log["lines"]) == 3
    assert log["truncated"]
    plan = client.get(f"/api/v1/jobs/{job_id}/plan").json()
    assert any("libx264" in line for step in plan["steps"] for line in step["does"])


def test_downloads_in_parts(here: Service, client: httpx.Client) -> None:
    job_id = upload(client).json()["job_id"]
    finish(here, job_id)
    url = f"/api/v1/jobs/{job_id}/artifacts/720p/video_720p.mp4"
    whole = client.get(url)
    etag = whole.headers["etag"]
    assert whole.content == VIDEO
    assert whole.headers["accept-ranges"] == "bytes"
    assert "video_720p.mp4" in whole.headers["content-disposition"]
    part = client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, VIDEO[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(VIDEO)}"
    assert client.get(url, headers={"Range": "bytes=-5"}).content == VIDEO[-5:]
    fresh = client.get(url, headers={"Range": "bytes=0-0", "If-Range": etag})
    assert fresh.status_code == 206
    stale = client.get(url, headers={"Range": "bytes=0-0", "If-Range": '"old"'})
    assert (stale.status_code, stale.content) == (200, VIDEO)
    beyond = client.get(url, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(VIDEO)}"
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(VIDEO))


def test_cancel_retry_purge(here: Service, client: httpx.Client) -> None:
    job_id = upload(client).json()["job_id"]
    url = f"/api/v1/jobs/{job_id}"
    assert client.delete(url, params={"purge": True}).status_code == 409
    assert client.post(f"{url}/retry").status_code == 409
    cancelled = client.delete(url)
    assert cancelled.json() == {"message": "Job cancelled successfully", "job_id": job_id}
    assert client.delete(url).status_code == 409
    again = client.post(f"{url}/retry")
    assert (again.status_code, again.json()["status"]) == (202, "pending")
    finish(here, job_id)
    assert here.files() != []
    assert client.delete(url, params={"purge": True}).status_code == 200
    assert here.files() == []
    assert client.get(url).status_code == 404


def test_cancelled_while_it_is_inspected(here: Service, client: httpx.Client) -> None:
    """What the inspection finds comes too late, and changes nothing."""
    url = f"/api/v1/jobs/{upload(client).json()['job_id']}"
    claim = here.do(here.site.jobs.claim("w", "io"))
    assert claim is not None
    assert client.get(url).json()["status"] == "validating"
    assert client.delete(url).status_code == 200
    before = client.get(url).json()
    assert before["status"] == "cancelled"
    assert {one["status"] for one in before["tasks"]} == {"cancelled", "skipped"}
    assert not here.do(here.site.jobs.beat(claim))
    record = here.do(here.site.jobs.program(claim.job_id))
    path = here.storage_folder / record.sources["main"].location
    facts = here.site.inspector.probe(path, "main")
    found = compiled(record, (facts,), here.site.inspector.capabilities(), Terms())
    assert not here.do(here.site.jobs.expand(claim, found))
    assert client.get(url).json()["status"] == "cancelled"
    assert client.post(f"{url}/retry").json()["status"] == "pending"
    finish(here, claim.job_id)
    assert client.get(url).json()["status"] == "completed"


def test_a_purge_is_for_ends_and_owners(here: Service, client: httpx.Client) -> None:
    job_id = upload(client).json()["job_id"]
    url = f"/api/v1/jobs/{job_id}"
    finish(here, job_id)
    played = client.get(url).json()["master_playlist_url"]
    with here.client(here.key("another")) as other:
        assert other.delete(url, params={"purge": True}).status_code == 404
    assert client.delete(url).status_code == 409  # it is at its end: there is nothing to cancel
    assert client.delete(url, params={"purge": "maybe"}).status_code == 400
    with here.client() as anybody:
        assert anybody.get(played).status_code == 200
        assert client.delete(url, params={"purge": True}).status_code == 200
        assert anybody.get(played).status_code == 404
    assert here.nothing()
    assert client.delete(url, params={"purge": True}).status_code == 404
    assert client.get(f"{url}/logs").status_code == 404
    assert client.get("/api/v1/jobs").json()["total"] == 0


def test_lists(here: Service, client: httpx.Client) -> None:
    first = upload(client, metadata='{"title": "One", "tags": ["x", "y"]}').json()["job_id"]
    second = upload(client, metadata='{"title": "Two"}', priority="9").json()["job_id"]
    found = client.get("/api/v1/jobs", params={"limit": 1}).json()
    assert (found["total"], found["limit"], found["offset"]) == (2, 1, 0)

    def ids(**params: str) -> list[str]:
        jobs = client.get("/api/v1/jobs", params=params).json()["jobs"]
        return [one["job_id"] for one in jobs]

    assert ids(sort="priority") == [second, first]
    assert ids(**{"metadata.tags": "x"}) == [first]
    assert ids(q="two") == [second]
    assert ids(status="failed") == []
    assert client.get("/api/v1/jobs", params={"limit": 1001}).status_code == 400
    with here.client(here.key("another")) as other:
        assert other.get("/api/v1/jobs").json()["total"] == 0
        assert other.get(f"/api/v1/jobs/{first}").status_code == 404
        assert other.delete(f"/api/v1/jobs/{first}").status_code == 404


def test_a_file_of_this_machine(here: Service, client: httpx.Client) -> None:
    path = here.roots / "clip.mp4"
    path.write_bytes(clip_file("plain_720p").read_bytes())
    asked = {"file_path": str(path), "priority": "high", "settings": {"rungs": ["720p"]}}
    answer = client.post("/api/v1/jobs/filesystem", json=asked)
    assert answer.status_code == 202, answer.text
    record = here.do(here.site.jobs.job(answer.json()["job_id"]))
    assert record.priority == 8
    assert record.filename == "clip.mp4"
    assert record.sources["main"].identity is not None
    assert here.files() == []
    plan = client.post("/api/v1/plan", json={"file_path": str(path)}).json()
    assert plan["valid"]
    assert plan["transcoding_options"]["can_720p"]
    assert plan["plan"]["estimate"]["size_bytes"] > 0
    assert here.do(here.site.jobs.statistics()).by_status["pending"] == 1


def test_numbers(client: httpx.Client, admin: httpx.Client) -> None:
    upload(client)
    stats = client.get("/api/v1/stats").json()
    assert (stats["total_jobs"], stats["pending"]) == (1, 1)
    assert stats["worker_utilization_percent"] is None
    usage = admin.get("/api/v1/usage_stats").json()["days"]
    assert usage[0]["jobs_created"] == 1
    assert admin.get("/api/v1/admin/stats").json()["total_jobs"] == 1
    assert admin.get("/api/v1/admin/storage").json()["free_bytes"] > 0
    assert admin.get("/api/v1/admin/workers").json()["instances"][0]["kind"] == "api"
