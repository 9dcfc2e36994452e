import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { typeScriptArguments } from "../typescript-arguments.ts";
import { workerFile } from "../worker-pool.ts";
import type { JobProgress } from "./job.ts";
import { processMemoryMaxMb, watchMemory } from "./process-memory.ts";
import type { FromProcess, JobFailure, ToProcess } from "./process-messages.ts";

/** How a job's process came to its end. */
export type ProcessOutcome =
  | { readonly type: "done"; readonly result: unknown }
  | { readonly type: "failed"; readonly failure: JobFailure }
  /** It died. Says how, for people, and what it wrote to its standard error, for the log. */
  | { readonly type: "crashed"; readonly description: string; readonly words: string }
  /** It was ended by the signal. */
  | { readonly type: "stopped" };

export interface ProcessOptions {
  /** Module that exports `run`, a `JobHandler`. */
  readonly file: URL;
  /** Limit of the JavaScript heap, in MiB. See `processMemoryMaxMb` for that of the process. */
  readonly memoryMaxMb: number;
  readonly nativeMemoryMaxMb?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly jobId: string;
  readonly attempt: number;
  readonly input: unknown;
  readonly checkpoint: Uint8Array | undefined;
  /** Ends the process: politely, and after half a second by force. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
  /** Keeps a checkpoint. The handler goes on when it resolves. */
  readonly onCheckpoint: (data: Uint8Array) => Promise<void>;
  /** Called with the identifier of the process. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

const STOP_GRACE_MS = 500;
const MEMORY_CHECK_MS = 250;
const OUT_OF_MEMORY = "out of memory";
const WORDS_LENGTH_MAX = 2000;
const MAIN = workerFile("./job-process-main", import.meta.url);

/**
 * Runs a job's handler in a process of its own, to the end of that process.
 *
 * The process gets no environment variables but those of its kind, so no secrets: what it needs comes
 * with its input.
 */
export function runInProcess(options: ProcessOptions): Promise<ProcessOutcome> {
  if (options.signal.aborted) return Promise.resolve({ type: "stopped" });
  const child = startProcess(options);
  const stderr = keepWords(child);
  let ending: ProcessOutcome | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  let isTooLarge = false;
  const maxMb = processMemoryMaxMb(options.memoryMaxMb, options.nativeMemoryMaxMb);
  const stopWatching = watchMemory(child.pid, { maxMb, intervalMs: MEMORY_CHECK_MS }, () => {
    isTooLarge = true;
    child.kill("SIGKILL");
  });
  const onAbort = () => {
    tell(child, { type: "stop" });
    killTimer = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
  };
  options.signal.addEventListener("abort", onAbort, { once: true });
  child.on("message", (message: FromProcess) => {
    if (message.type === "done" || message.type === "failed") ending = message;
    else receive(child, message, options);
  });
  return new Promise((resolve) => {
    const end = (how: string) => {
      clearTimeout(killTimer);
      stopWatching();
      options.signal.removeEventListener("abort", onAbort);
      resolve(
        ending ??
          (options.signal.aborted
            ? { type: "stopped" }
            : crashed(isTooLarge ? OUT_OF_MEMORY : how, stderr())),
      );
    };
    child.once("error", ({ message }) => end(message));
    // Unlike "exit", this comes when the last message has been read.
    child.once("close", (code, signal) => end(signal ?? `exit code ${code}`));
  });
}

function startProcess({ file, memoryMaxMb, environment, ...job }: ProcessOptions): ChildProcess {
  const child = fork(fileURLToPath(MAIN), [], {
    execArgv: [
      `--max-old-space-size=${memoryMaxMb}`,
      ...(MAIN.pathname.endsWith(".ts") || file.pathname.endsWith(".ts")
        ? typeScriptArguments()
        : []),
    ],
    env: { ...environment },
    serialization: "advanced",
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  if (child.pid !== undefined) job.onStart?.(child.pid);
  const { jobId, attempt, input, checkpoint } = job;
  tell(child, { type: "start", file: file.href, jobId, attempt, input, checkpoint });
  return child;
}

function receive(
  child: ChildProcess,
  message: FromProcess,
  { onProgress, onCheckpoint }: ProcessOptions,
): void {
  if (message.type === "progress") onProgress(message.progress);
  if (message.type === "checkpoint") {
    onCheckpoint(message.data).then(
      () => tell(child, { type: "checkpoint-saved" }),
      // The lease is lost, and the signal ends the process.
      () => undefined,
    );
  }
}

/** Sends a message, to a process that may have ended. */
function tell(child: ChildProcess, message: ToProcess): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Collects what a process writes to its standard error, up to a bound. The cause comes first. */
function keepWords({ stderr }: ChildProcess): () => string {
  let words = "";
  stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    words = (words + chunk).slice(0, WORDS_LENGTH_MAX);
  });
  return () => words;
}

function crashed(how: string, words: string): ProcessOutcome {
  const cause = words.includes("heap out of memory") ? OUT_OF_MEMORY : how;
  return { type: "crashed", description: `The process of this job died (${cause}).`, words };
}
