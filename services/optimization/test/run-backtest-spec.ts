import { create } from "@bufbuild/protobuf";
import {
  type BacktestResult,
  BacktestSpecSchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import type { JobContext } from "@portfolio/platform/jobs/job-handler";
import { GrpcPriceHistory } from "@portfolio/platform/prices/grpc-price-history";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { type Closes, dataRegistrations } from "@portfolio/platform/testing/sample-data-service";
import { run } from "../src/adapters/backtest-process.ts";
import { openForecasts } from "../src/adapters/grpc-forecasts.ts";
import { prepareBacktest } from "../src/app/prepare-backtest.ts";
import { encodeCheckpoint } from "../src/domain/backtest-checkpoint.ts";
import type { BacktestCheckpoint, BacktestTask } from "../src/domain/backtest-task.ts";
import { readBacktest } from "../src/rpc/convert/read-backtest.ts";
import { decodeResult, encodeResult } from "../src/rpc/convert/write-backtest.ts";
import type { Spec } from "./backtest-specs.ts";

/** Reads a specification and its prices, as the worker of a job does. */
export async function taskOf(spec: Spec, closes: Closes): Promise<BacktestTask> {
  const transport = createLocalTransport(dataRegistrations(closes), []);
  const prices = new GrpcPriceHistory(transport, { cacheBytesMax: 1 << 24 });
  const problem = readBacktest(create(BacktestSpecSchema, spec));
  return prepareBacktest(
    { prices, forecasts: openForecasts(undefined) },
    problem,
    AbortSignal.timeout(20_000),
  );
}

/** What the process of a job is given, perhaps with what an earlier one saved. */
export function contextWith(checkpoint?: BacktestCheckpoint): JobContext {
  return {
    jobId: "",
    attempt: 1,
    checkpoint: checkpoint && encodeCheckpoint(checkpoint),
    signal: AbortSignal.timeout(60_000),
    reportProgress: () => undefined,
    saveCheckpoint: async () => undefined,
  };
}

/** Runs a backtest in this process, and sends its result over the wire. */
export async function resultOf(spec: Spec, closes: Closes): Promise<BacktestResult> {
  return decodeResult(encodeResult(await run(await taskOf(spec, closes), contextWith())));
}
