// Entry of a job's process: runs one handler and ends. Started by `runInProcess`, never imported.
import { Worker } from "node:worker_threads";
import { AppError } from "../app-error.ts";
import type { JobProgress } from "./job.ts";
import { jobFailure } from "./job-failure.ts";
import type { JobHandler } from "./job-handler.ts";
import { CHECKPOINT_BYTES_MAX } from "./job-leases.ts";
import type { FromProcess, ToProcess } from "./process-messages.ts";

/** Shortest time between two messages of progress. */
const PROGRESS_INTERVAL_MS = 250;

/**
 * A handler may compute without yielding, and then does not see that its worker has died. This
 * thread does: the process gets another parent.
 */
const WATCH_PARENT = `
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, "SIGKILL"); }, 500);`;

const stop = new AbortController();
/** Called in turn as checkpoints become durable. */
const checkpointWaiters: (() => void)[] = [];

new Worker(WATCH_PARENT, { eval: true, execArgv: [] }).unref();
process.on("disconnect", () => process.exit(1));
process.on("message", (message: ToProcess) => {
  switch (message.type) {
    case "start":
      void runJob(message);
      return;
    case "checkpoint-saved":
      checkpointWaiters.shift()?.();
      return;
    case "stop":
      stop.abort();
  }
});

async function runJob(start: ToProcess & { type: "start" }): Promise<void> {
  const progress = new ThrottledProgress();
  const outcome = await runHandler(start, progress);
  progress.flush();
  const end = () => process.exit(0);
  try {
    process.send?.(outcome, end);
  } catch (error) {
    // The result cannot be copied to another process, such as a function.
    process.send?.({ type: "failed", failure: jobFailure(error) }, end);
  }
}

async function runHandler(
  { file, input, jobId, attempt, checkpoint }: ToProcess & { type: "start" },
  progress: ThrottledProgress,
): Promise<FromProcess> {
  try {
    const { run } = (await import(file)) as { run: JobHandler };
    const result = await run(input, {
      jobId,
      attempt,
      checkpoint,
      signal: stop.signal,
      reportProgress: (latest) => progress.report(latest),
      saveCheckpoint,
    });
    return { type: "done", result };
  } catch (error) {
    return { type: "failed", failure: jobFailure(error) };
  }
}

async function saveCheckpoint(data: Uint8Array): Promise<void> {
  if (data.length > CHECKPOINT_BYTES_MAX) {
    throw new AppError(
      "out-of-range",
      "JOB_CHECKPOINT_TOO_LARGE",
      `The checkpoint has ${data.length} bytes; ${CHECKPOINT_BYTES_MAX} are allowed.`,
    );
  }
  await new Promise<void>((resolve) => {
    checkpointWaiters.push(resolve);
    send({ type: "checkpoint", data });
  });
}

function send(message: FromProcess): void {
  process.send?.(message);
}

/** Sends the latest progress, and not more often than every quarter of a second. */
class ThrottledProgress {
  #latest: JobProgress | undefined;
  #sentMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  report(progress: JobProgress): void {
    this.#latest = progress;
    const waitMs = this.#sentMs + PROGRESS_INTERVAL_MS - performance.now();
    if (waitMs <= 0) {
      this.flush();
      return;
    }
    this.#timer ??= setTimeout(() => this.flush(), waitMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#latest === undefined) return;
    send({ type: "progress", progress: this.#latest });
    this.#latest = undefined;
    this.#sentMs = performance.now();
  }
}
