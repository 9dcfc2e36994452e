import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
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

/** Races for a stale lock are settled by rename; each lost race costs one more round. */
const ROUNDS_MAX = 20;

/**
 * Takes the lock file of a home directory for this process, unless a living process has it.
 *
 * A holder that died, even by SIGKILL, leaves a stale file, which is taken over. Where two
 * processes take over at the same instant one may win wrongly for a moment; the server's own
 * `postmaster.pid` still keeps the data safe then.
 *
 * @param path - Lock file on a local file system.
 */
export async function acquireHomeLock(path: string): Promise<LockOutcome> {
  const self = await readProcessState(process.pid);
  const content = JSON.stringify({
    pid: process.pid,
    startTicks: self.kind === "alive" ? self.startTicks : undefined,
  } satisfies LockHolder);

  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (await createWhole(path, content)) {
      return { kind: "acquired", release: () => releaseIfOurs(path, content) };
    }
    const found = await readFile(path, "utf8").catch(() => undefined);
    const holder = found === undefined ? undefined : parseHolder(found);
    if (holder && (await isAlive(holder))) {
      return { kind: "held", holder };
    }
    if (found !== undefined) {
      await removeStale(path, found);
    }
  }
  throw new Error(`the lock file ${path} changes hands too fast`);
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

async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, "utf8")) !== stale) {
      // Somebody took the lock between our read and our rename: give it back.
      await link(aside, path).catch(() => undefined);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw error;
    }
  } finally {
    await rm(aside, { force: true });
  }
}

async function releaseIfOurs(path: string, content: string): Promise<void> {
  const found = await readFile(path, "utf8").catch(() => undefined);
  if (found === content) {
    await rm(path, { force: true });
  }
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
