// Asks for forecasts at a fixed rate, whether or not the calls before were answered, and tells how long each took.
//
// Answers are received whole but not decoded: a caller that builds 20 messages out of each spends its time in its own garbage
// collector, which is then what the slowest calls wait for.
import { once } from "node:events";
import { connect } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { GetForecastsRequestSchema } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";

const WARM_UP_CALLS = 500;
const HEADERS = {
  ":method": "POST",
  ":path": "/portfolio.training.v1.ForecastService/GetForecasts",
  "content-type": "application/grpc",
  te: "trailers",
};

/** A message with the 5 bytes that gRPC puts before it. */
function framed(message) {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

/** @returns Whether the call succeeded with an answer. */
function call(session, body) {
  return new Promise((resolve) => {
    const stream = session.request(HEADERS);
    let status;
    let byteCount = 0;
    stream.on("trailers", (trailers) => {
      status = trailers["grpc-status"];
    });
    stream.on("data", (chunk) => {
      byteCount += chunk.length;
    });
    stream.on("error", () => resolve(false));
    stream.on("close", () => resolve(Number(status) === 0 && byteCount > 5));
    stream.end(body);
  });
}

/** @returns Sorted latencies in ms, from when a call was sent, and the number of failures. */
async function run({ url, modelId, callsPerSecond, seconds }) {
  const body = framed(
    toBinary(
      GetForecastsRequestSchema,
      create(GetForecastsRequestSchema, { version: { modelId } }),
    ),
  );
  const session = connect(`http://${url}`);
  for (let k = 0; k < WARM_UP_CALLS; k++) await call(session, body);
  const callCount = callsPerSecond * seconds;
  const latenciesMs = new Float64Array(callCount);
  let errorCount = 0;
  const calls = [];
  const startMs = performance.now();
  for (let k = 0; k < callCount; k++) {
    const dueMs = startMs + (1000 * k) / callsPerSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await delay(waitMs);
    const sentMs = Math.max(dueMs, performance.now());
    calls.push(
      call(session, body).then((isAnswered) => {
        latenciesMs[k] = performance.now() - sentMs;
        errorCount += isAnswered ? 0 : 1;
      }),
    );
  }
  await Promise.all(calls);
  session.close();
  await once(session, "close");
  return { latenciesMs: latenciesMs.sort(), errorCount };
}

process.on("message", async (task) => {
  const { latenciesMs, errorCount } = await run(task);
  const at = (share) => latenciesMs[Math.floor((latenciesMs.length - 1) * share)];
  process.send({
    ...{ p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) },
    ...{ callCount: latenciesMs.length, errorCount },
  });
});
