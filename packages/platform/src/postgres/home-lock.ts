import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { readProcessState } from "./process-state.ts";

/** The process that owns a home directory. */
export interface LockHolder {
  readonly pid: number;
  /** See `ProcessState.startTicks`; absent where the platform does not tell. */
  readonly startTicks?: string | undefined;
}

export type LockOutcome =
  | { readonly kind: "acquired"; release(): Promise<void> }
  | { readonly kind: "held"; readonly holder: LockHolder };

const RETRY_INTERVAL_MS = 10;
/** A takeover lasts milliseconds; one that is this old was interrupted. */
const TAKEOVER_AGE_MS_MAX = 5_000;
const PATIENCE_MS = 15_000;

/**
 * Takes the lock file of a home directory for this process, unless a living process has it.
 *
 * A holder that died, even by SIGKILL, leaves a stale file, which is taken over.
 *
 * @param path - Lock file on a local file system. A takeover uses `<path>.takeover` beside it.
 */
export async function acquireHomeLock(path: string): Promise<LockOutcome> {
  const self = await readProcessState(process.pid);
  const content = JSON.stringify({
    pid: process.pid,
    startTicks: self.kind === "alive" ? self.startTicks : undefined,
  } satisfies LockHolder);

  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if (await createWhole(path, content)) {
      return { kind: "acquired", release: () => releaseIfOurs(path, content) };
    }
    const found = await readIfPresent(path);
    const holder = found === undefined ? undefined : parseHolder(found);
    if (holder && (await isAlive(holder))) {
      return { kind: "held", holder };
    }
    if (found !== undefined && (await takeOver(path, found, content))) {
      return { kind: "acquired", release: () => releaseIfOurs(path, content) };
    }
    await delay(RETRY_INTERVAL_MS);
  }
  throw new Error(`the lock file ${path} cannot be taken over`);
}

/** Creates the file with its content in one step, so that no reader sees it half written. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Replaces a stale lock file. A second file keeps others from doing so at the same time: without
 * it, one could replace the lock that another has just taken.
 *
 * @returns False when somebody else was faster.
 */
async function takeOver(path: string, stale: string, content: string): Promise<boolean> {
  const marker = `${path}.takeover`;
  if (!(await createWhole(marker, content))) {
    await removeIfAbandoned(marker);
    return false;
  }
  const draft = `${path}.${randomUUID()}`;
  try {
    if ((await readIfPresent(path)) !== stale) {
      return false;
    }
    await writeFile(draft, content);
    await rename(draft, path);
    return true;
  } finally {
    await rm(marker, { force: true });
    await rm(draft, { force: true });
  }
}

async function removeIfAbandoned(marker: string): Promise<void> {
  const created = await stat(marker).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  if (Date.now() - created > TAKEOVER_AGE_MS_MAX) {
    await rm(marker, { force: true });
  }
}

async function releaseIfOurs(path: string, content: string): Promise<void> {
  if ((await readIfPresent(path)) === content) {
    await rm(path, { force: true });
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

async function isAlive(holder: LockHolder): Promise<boolean> {
  const state = await readProcessState(holder.pid);
  return state.kind === "alive" && state.startTicks === holder.startTicks;
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isHolder = typeof parsed === "object" && parsed !== null && "pid" in parsed;
    return isHolder && typeof parsed.pid === "number" ? (parsed as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}
