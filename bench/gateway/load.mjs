// Sends a fixed number of requests over keep-alive HTTP/1.1 connections, and tells how it went.
import { connect } from "node:net";

const HEADER_END = Buffer.from("\r\n\r\n");

/** @returns Sorted latencies in ms, and the wall time in ms. */
async function run({ port, path, body, requestCount, connectionCount }) {
  const request = Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const latenciesMs = new Float64Array(requestCount);
  let startedCount = 0;
  let endedCount = 0;
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: connectionCount }, () => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      return new Promise((resolve, reject) => {
        let sentMs = 0;
        let received = Buffer.alloc(0);
        const next = () => {
          if (startedCount === requestCount) {
            socket.end();
            resolve();
            return;
          }
          startedCount += 1;
          sentMs = performance.now();
          socket.write(request);
        };
        socket.on("connect", next);
        socket.on("error", reject);
        socket.on("data", (chunk) => {
          received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
          if (!isWholeAnswer(received)) {
            return;
          }
          received = Buffer.alloc(0);
          latenciesMs[endedCount] = performance.now() - sentMs;
          endedCount += 1;
          next();
        });
      });
    }),
  );
  return { wallMs: performance.now() - startMs, latenciesMs: [...latenciesMs.sort()] };
}

function isWholeAnswer(bytes) {
  const end = bytes.indexOf(HEADER_END);
  if (end < 0) {
    return false;
  }
  const head = bytes.toString("latin1", 0, end);
  if (!head.startsWith("HTTP/1.1 200")) {
    throw new Error(`not answered: ${bytes.toString("utf8")}`);
  }
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  return bytes.length >= end + HEADER_END.length + length;
}

process.on("message", async (task) => {
  const { wallMs, latenciesMs } = await run(task);
  const at = (share) => latenciesMs[Math.floor((latenciesMs.length - 1) * share)];
  process.send({ wallMs, p50Ms: at(0.5), p99Ms: at(0.99) });
});
