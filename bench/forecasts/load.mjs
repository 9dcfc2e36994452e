// Asks for forecasts at a fixed rate, whether or not the calls before were answered, and tells how long each took.
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@connectrpc/connect";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { openTransport } from "@portfolio/platform/rpc/open-transport";

const WARM_UP_CALLS = 200;

/** @returns Sorted latencies in ms, from when a call was sent, and the number of failures. */
async function run({ url, modelId, callsPerSecond, seconds }) {
  const transport = openTransport(url, undefined);
  const client = createClient(ForecastService, transport);
  const ask = () => client.getForecasts({ version: { modelId } });
  for (let k = 0; k < WARM_UP_CALLS; k++) await ask();
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
      ask()
        .catch(() => {
          errorCount += 1;
        })
        .finally(() => {
          latenciesMs[k] = performance.now() - sentMs;
        }),
    );
  }
  await Promise.all(calls);
  transport.close();
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
