// Make a ladder of a file in a page: upload in parts, live progress, playback. No packages.
const PART_BYTES = 4 << 20;
const $ = (selector) => document.querySelector(selector);
const pause = (seconds) => new Promise((wake) => setTimeout(wake, seconds * 1000));

// A service, and a key to it. Give a page a key of its own, with little to spend.
function service(url, key) {
  return async (path, options = {}) => {
    const headers = { "X-API-Key": key, ...options.headers };
    const answer = await fetch(new URL(path, `${url}/api/v1/`), { ...options, headers });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      const why = problem.detail ?? answer.statusText;
      throw Object.assign(new Error(why), { status: answer.status });
    }
    return answer;
  };
}

// tus 1.0: parts at an offset that the service knows. It goes on after a lost line and a reload.
async function upload(ask, file, told) {
  const tus = { "Tus-Resumable": "1.0.0" };
  const name = `upload ${file.name} ${file.size} ${file.lastModified}`;
  let place = sessionStorage.getItem(name);
  let at = 0;
  const look = async () => {
    at = Number((await ask(place, { method: "HEAD", headers: tus })).headers.get("Upload-Offset"));
  };
  if (place) await look().catch(() => (place = null));
  if (!place) {
    const filename = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
    const headers = { ...tus, "Upload-Length": file.size, "Upload-Metadata": `filename ${filename}` };
    place = (await ask("uploads", { method: "POST", headers })).headers.get("Location");
    sessionStorage.setItem(name, place);
  }
  for (let tries = 0; at < file.size; ) {
    told(at / file.size);
    const headers = {
      ...tus,
      "Upload-Offset": at,
      "Content-Type": "application/offset+octet-stream",
    };
    try {
      const body = file.slice(at, at + PART_BYTES);
      at = Number((await ask(place, { method: "PATCH", headers, body })).headers.get("Upload-Offset"));
      tries = 0;
    } catch (error) {
      const hopeless = error.status < 500 && error.status !== 409 && error.status !== 429;
      if (hopeless || ++tries > 8) throw error;
      await pause(tries);
      await look().catch(() => {});
    }
  }
  told(1);
  sessionStorage.removeItem(name);
  return place.split("/").pop();
}

// The events of a job, by EventSource. It sends no headers, so a token of five minutes opens it;
// when that has expired, another one does. Each event is told once.
async function follow(ask, job, told) {
  let last = 0;
  for (;;) {
    const { events_url } = await (await ask(`jobs/${job}/stream-token`, { method: "POST" })).json();
    const stream = new EventSource(events_url);
    const end = await new Promise((over) => {
      const hear = (event) => {
        const said = JSON.parse(event.data);
        if (event.type !== "progress" && said.sequence <= last) return;
        last = said.sequence;
        told(event.type, said);
        if (["completed", "failed", "cancelled", "removed"].includes(event.type)) over(event.type);
      };
      const kinds = ["status", "task", "progress", "completed", "failed", "cancelled", "removed"];
      for (const kind of kinds) stream.addEventListener(kind, hear);
      stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && over(null));
    });
    stream.close();
    if (end) return end;
    await pause(2);
  }
}

function play(job) {
  const video = $("video");
  const hls = video.canPlayType("application/vnd.apple.mpegurl");
  const [first] = Object.values(job.outputs).filter((one) => one?.video);
  video.crossOrigin = "anonymous";
  video.src = hls && job.master_playlist_url ? job.master_playlist_url : first.video.url;
  video.hidden = false;
}

async function make(form) {
  const ask = service(form.get("url").replace(/\/$/, ""), form.get("key"));
  const uploadId = await upload(ask, form.get("file"), (share) => ($("#upload").value = share));
  const made = await ask("jobs", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": uploadId },
    body: JSON.stringify({ upload_id: uploadId, metadata: { from: "a browser" } }),
  });
  const { job_id: job } = await made.json();
  const end = await follow(ask, job, (kind, said) => {
    $("#stage").textContent = said.stage ?? said.event;
    if (said.percentage != null) $("#job").value = said.percentage;
  });
  const done = await (await ask(`jobs/${job}`)).json();
  if (end !== "completed") throw new Error(done.error?.message ?? end);
  play(done);
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  make(new FormData(event.target)).catch((error) => {
    $("#stage").textContent = error.message;
  });
});
