import { readFile, readlink } from "node:fs/promises";

/** What the operating system knows of a process id. */
export type ProcessState =
  /** No process has the id, or it has ended and only waits to be reaped. */
  | { readonly kind: "gone" }
  | {
      readonly kind: "alive";
      /** Start time in clock ticks since boot; tells a process from a later one with its id. */
      readonly startTicks: string | undefined;
      /** Working directory, where the caller may see it. */
      readonly workingDirectory: string | undefined;
    };

/**
 * Looks a process up: in full on Linux, elsewhere only whether it exists.
 *
 * @see proc_pid_stat(5): field 3 is the state, field 22 the start time.
 */
export async function readProcessState(pid: number): Promise<ProcessState> {
  if (!isSignalable(pid)) {
    return { kind: "gone" };
  }
  if (process.platform !== "linux") {
    return { kind: "alive", startTicks: undefined, workingDirectory: undefined };
  }
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) {
    return { kind: "gone" };
  }
  // The command name, field 2, is in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") {
    return { kind: "gone" };
  }
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return { kind: "alive", startTicks: fields[19], workingDirectory };
}

/** Waits until a process has ended. @returns False when it is still there after `timeoutMs`. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while ((await readProcessState(pid)).kind === "alive") {
    if (performance.now() > deadline) {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process refuses the signal, but exists.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
