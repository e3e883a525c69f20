"""Make a ladder of a file, and print where it plays: python ladder.py FILE."""

import os
import sys

from reelmill.client import Client, Job


def show(job: Job) -> None:
    """One line, again and again."""
    print(f"\r{job.status} {job.percent or 0} %   ", end="", file=sys.stderr)


def main(path: str) -> None:
    """Upload (in parts, so that a bad line costs little), wait, print."""
    with Client(os.environ["REELMILL_URL"], os.environ["REELMILL_API_KEY"]) as client:
        job = client.submit(path, metadata={"from": "an example"})
        job = client.wait(job.job_id, on_progress=show)
        print(file=sys.stderr)
        for artifact in client.artifacts(job.job_id):
            print(artifact.size_bytes, artifact.path, file=sys.stderr)
        print(job.master_playlist_url)


if __name__ == "__main__":
    main(sys.argv[1])
