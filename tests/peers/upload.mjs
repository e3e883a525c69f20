// tus-js-client as its users call it: node upload.mjs ENDPOINT FILE [stop|terminate] [URL]
// Prints the upload's URL. "stop" leaves after some of the file; URL goes on with an upload.
import { createReadStream, statSync } from "node:fs";
import tus from "tus-js-client";

const [, , endpoint, path, what, uploadUrl] = process.argv;
const upload = new tus.Upload(createReadStream(path), {
  endpoint,
  uploadUrl,
  uploadSize: statSync(path).size,
  chunkSize: 40_000,
  retryDelays: [0, 100, 500],
  headers: { "X-API-Key": process.env.REELMILL_API_KEY },
  metadata: { filename: "Ça va?.mp4" },
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
  onChunkComplete(_length, sent, size) {
    console.error(`${sent} of ${size}`);
    if (what !== "finish" && sent > size / 3) {
      upload.abort(what === "terminate").then(() => console.log(upload.url));
    }
  },
  onSuccess() {
    console.log(upload.url);
  },
});
upload.start();
