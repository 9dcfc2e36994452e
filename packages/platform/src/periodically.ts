import type { Logger } from "./logger.ts";

/**
 * Does something again and again, and not before the last time has ended.
 *
 * @param name - What it is, in the log, when it fails.
 * @returns Stops that.
 */
export function periodically(
  name: string,
  intervalMs: number,
  work: () => Promise<unknown>,
  log: Logger,
): () => Promise<void> {
  let underWay: Promise<unknown> | undefined;
  const start = () => {
    underWay ??= work()
      .catch((error: unknown) => log.warn({ err: error, name }, "a recurring task failed"))
      .finally(() => {
        underWay = undefined;
      });
  };
  const timer = setInterval(start, intervalMs);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}
