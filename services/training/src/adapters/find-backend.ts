import { type BackendId, type BackendSetting, nativeBackend } from "@portfolio/backends";
import { AppError } from "@portfolio/platform/app-error";
import { runInProcess } from "@portfolio/platform/jobs/run-in-process";
import { workerFile } from "@portfolio/platform/worker-pool";

/** What was asked to compute networks, and what is needed to reach it. */
export interface BackendOptions {
  readonly setting: BackendSetting;
  /** Folder with the packages of TensorFlow.js. (Default: as any import finds them.) */
  readonly packagesDirectory?: string | undefined;
  /** Environment of the processes that use it, such as where drivers are. (Default: empty.) */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What computes networks here. */
export interface FoundBackend {
  readonly id: BackendId;
  /** In words, such as the name of a GPU. */
  readonly device: string;
  /** One sentence for each backend that `auto` tried before; empty otherwise. */
  readonly declined: readonly string[];
}

/** Heap and native memory of a process that uses a backend other than the native one, in MiB. */
export const BACKEND_MEMORY = { memoryMaxMb: 1024, nativeMemoryMaxMb: 4096 } as const;
const TIMEOUT_MS = 120_000;

/**
 * Finds what computes networks here, in a process of its own: a driver that crashes takes nothing
 * else with it.
 *
 * @throws {AppError} `BACKEND_UNAVAILABLE`: what is named cannot be used here. With `auto`, never.
 */
export async function findBackend(
  { setting, packagesDirectory, environment = {} }: BackendOptions,
  signal: AbortSignal,
): Promise<FoundBackend> {
  if (setting === "native") {
    return native([]);
  }
  const outcome = await runInProcess({
    ...BACKEND_MEMORY,
    environment,
    file: workerFile("./backend-process", import.meta.url),
    ...{ jobId: "", attempt: 1, checkpoint: undefined },
    input: { setting, packagesDirectory },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    onProgress: () => undefined,
    onCheckpoint: () => Promise.resolve(),
  });
  if (outcome.type === "done") {
    return outcome.result as FoundBackend;
  }
  const why = describe(setting, outcome);
  // What a process wrote as it died is for the log.
  const cause = outcome.type === "crashed" ? new Error(outcome.words) : undefined;
  if (setting === "auto") {
    return native([why]);
  }
  throw new AppError("failed-precondition", "BACKEND_UNAVAILABLE", why, {
    ...{ cause, metadata: { backend: setting } },
  });
}

type Outcome = Exclude<Awaited<ReturnType<typeof runInProcess>>, { readonly type: "done" }>;

function describe(setting: BackendSetting, outcome: Outcome): string {
  switch (outcome.type) {
    case "failed":
      return outcome.failure.description;
    case "crashed":
      return `Backend ${setting}: the process that tried it died.`;
    case "stopped":
      return `Backend ${setting}: it did not start within ${TIMEOUT_MS / 1000} s.`;
  }
}

function native(declined: readonly string[]): FoundBackend {
  return { id: nativeBackend.id, device: nativeBackend.device, declined };
}
