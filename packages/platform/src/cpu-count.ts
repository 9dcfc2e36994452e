import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * Counts the processors that this process may keep busy: those of the machine, or of its container
 * if that has fewer.
 *
 * @param readText - Reads a file, or throws. (Default: from the file system.)
 * @returns At least 1.
 *
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html, `cpu.max`; in version 1, `cpu.cfs_quota_us`.
 */
export function cpuCount(
  machineCount = availableParallelism(),
  readText: (path: string) => string = (path) => readFileSync(path, "utf8"),
): number {
  const limit = limitOfVersion2(readText) ?? limitOfVersion1(readText) ?? Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(machineCount, Math.floor(limit)));
}

/** Threads that compute, if some processors are left for other things: from 1 to 64. */
export function threadsBeside(others: number): number {
  return Math.min(64, Math.max(1, cpuCount() - others));
}

function limitOfVersion2(readText: (path: string) => string): number | undefined {
  const [quota = "", period = ""] = readOr(readText, "/sys/fs/cgroup/cpu.max").split(/\s+/);
  return ratio(quota, period);
}

function limitOfVersion1(readText: (path: string) => string): number | undefined {
  const quota = readOr(readText, "/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
  const period = readOr(readText, "/sys/fs/cgroup/cpu/cpu.cfs_period_us");
  return ratio(quota.trim(), period.trim());
}

/** @returns Nothing without a limit, which is `max` or -1. */
function ratio(quota: string, period: string): number | undefined {
  const value = Number(quota) / Number(period);
  return quota !== "" && value > 0 && Number.isFinite(value) ? value : undefined;
}

function readOr(readText: (path: string) => string, path: string): string {
  try {
    return readText(path);
  } catch {
    return "";
  }
}
