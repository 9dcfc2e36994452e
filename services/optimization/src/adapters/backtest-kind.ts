import type { JobKind } from "@portfolio/platform/jobs/job-kind";
import { workerFile } from "@portfolio/platform/worker-pool";
import type { BacktestOutcome, BacktestTask } from "../domain/backtest-task.ts";
import { storeBacktestResult } from "./postgres-backtest-store.ts";

const MEMORY_MAX_MB = 1024;

/** How a worker turns a backtest into a task, and its outcome into what is stored. */
export interface BacktestWork {
  /** @throws {AppError} `BACKTEST_UNKNOWN`, and those of reading prices. */
  prepare(backtestId: string, signal: AbortSignal): Promise<BacktestTask>;
  /** Encodes what came of a backtest. */
  encode(outcome: BacktestOutcome): Uint8Array;
}

/** The jobs that run backtests. The payload is the identifier of the backtest. */
export function backtestKind({ prepare, encode }: BacktestWork): JobKind {
  return {
    name: "backtest",
    file: workerFile("./backtest-process", import.meta.url),
    memoryMaxMb: MEMORY_MAX_MB,
    prepare: ({ payload }, signal) => prepare(idOf(payload), signal),
    saveResult: async (client, { payload }, result) => {
      const id = idOf(payload);
      await storeBacktestResult(client, id, encode(result as BacktestOutcome));
      return `backtests/${id}`;
    },
  };
}

function idOf(payload: Uint8Array): string {
  return Buffer.from(payload).toString("utf8");
}
