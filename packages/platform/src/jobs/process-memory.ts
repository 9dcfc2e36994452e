import { readFile } from "node:fs/promises";

/** What Node itself, its compiled code and its buffers need beside the heap, in MiB. */
const NATIVE_MB = 192;
const PAGE_BYTES = 4096;
const MIB = 1024 * 1024;

/**
 * Most memory that the process of a job may have resident, in MiB, typed arrays included.
 *
 * @param heapMaxMb - `JobKind.memoryMaxMb`.
 * @param nativeMaxMb - `JobKind.nativeMemoryMaxMb`.
 */
export function processMemoryMaxMb(heapMaxMb: number, nativeMaxMb = NATIVE_MB): number {
  return heapMaxMb + nativeMaxMb;
}

/**
 * Reads how much memory a process has resident, in MiB.
 *
 * @returns Nothing where the system does not tell: only Linux does, here.
 *
 * @see proc(5), `/proc/pid/statm`.
 */
export async function residentMb(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => "");
  const pages = Number(text.split(" ")[1]);
  return Number.isInteger(pages) ? (pages * PAGE_BYTES) / MIB : undefined;
}

/**
 * Calls `onExceeded` when a process has more memory than it may. The limit of the heap does not
 * see typed arrays, and a container that runs full kills whom it likes.
 *
 * @param pid - Nothing for one that did not start.
 * @returns Stops that.
 */
export function watchMemory(
  pid: number | undefined,
  { maxMb, intervalMs }: { readonly maxMb: number; readonly intervalMs: number },
  onExceeded: () => void,
): () => void {
  const timer = setInterval(async () => {
    if (pid !== undefined && ((await residentMb(pid)) ?? 0) > maxMb) onExceeded();
  }, intervalMs);
  return () => clearInterval(timer);
}
