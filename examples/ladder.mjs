// Make a ladder of a file, and print where it plays: node ladder.mjs FILE
import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import { randomUUID } from "node:crypto";

const api = `${process.env.REELMILL_URL}/api/v1`;
const headers = { "X-API-Key": process.env.REELMILL_API_KEY };

async function ask(path, options = {}) {
  const answer = await fetch(api + path, { ...options, headers: { ...headers, ...options.headers } });
  if (!answer.ok) {
    const problem = await answer.json();
    throw new Error(`${problem.code}: ${problem.detail}`);
  }
  return answer;
}

// The events of a job, one after the other; a connection that breaks goes on where it was.
async function* events(job) {
  let last = "";
  for (;;) {
    const answer = await ask(`/jobs/${job}/events`, { headers: last ? { "Last-Event-ID": last } : {} });
    if (answer.status === 204) return;
    let text = "";
    try {
      for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
        text += part;
        const blocks = text.split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const fields = Object.fromEntries(
            block.split("\n").map((line) => /^(\w*): ?(.*)$/.exec(line)?.slice(1)).filter(Boolean),
          );
          if (fields.id) last = fields.id;
          if (fields.data) yield { kind: fields.event, ...JSON.parse(fields.data) };
        }
      }
    } catch (error) {
      console.error("once more:", error.message);
    }
  }
}

const [, , path] = process.argv;
const form = new FormData();
form.append("file", await openAsBlob(path), basename(path));
form.append("metadata", JSON.stringify({ from: "an example" }));
const made = await ask("/jobs/upload", {
  method: "POST",
  body: form,
  headers: { "Idempotency-Key": randomUUID() },
});
const { job_id: job } = await made.json();

for await (const event of events(job)) {
  console.error(event.kind, event.percentage ?? "", event.stage ?? event.event ?? "");
  if (event.kind === "failed" || event.kind === "cancelled") process.exitCode = 1;
}
const done = await (await ask(`/jobs/${job}`)).json();
console.log(done.master_playlist_url);
