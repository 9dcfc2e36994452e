import type { Logger } from "../logger.ts";
import type { Postmaster } from "./postmaster.ts";

const RESTART_DELAY_MS_MAX = 30_000;

/** Watches over a server until released. */
export interface ServerKeeper {
  current(): Postmaster;
  /**
   * Stops watching; a restart in progress is awaited first.
   *
   * @returns The server that runs now, or undefined when none does.
   */
  release(): Promise<Postmaster | undefined>;
}

/**
 * Starts a server again whenever it ends: at once, then after 1 s, 2 s, 4 s … up to 30 s while
 * starting fails.
 */
export function keepRunning(
  first: Postmaster,
  start: () => Promise<Postmaster>,
  log: Logger,
): ServerKeeper {
  let current = first;
  let isRunning = true;
  const released = new AbortController();

  async function watch(): Promise<void> {
    for (;;) {
      const ended = current.exited.then(() => {
        isRunning = false;
      });
      await Promise.race([ended, aborted(released.signal)]);
      if (released.signal.aborted) {
        return;
      }
      log.error({ serverPid: current.pid }, "the database ended unexpectedly; starting it again");
      await restart();
    }
  }

  async function restart(): Promise<void> {
    for (let delayMs = 1_000; !released.signal.aborted; delayMs *= 2) {
      try {
        current = await start();
        isRunning = true;
        log.info({ serverPid: current.pid, port: current.port }, "the database is up again");
        return;
      } catch (error) {
        log.error({ err: error }, "the database does not start");
      }
      await pause(Math.min(delayMs, RESTART_DELAY_MS_MAX), released.signal);
    }
  }

  const watching = watch();
  return {
    current: () => current,
    release: async () => {
      released.abort();
      await watching;
      return isRunning ? current : undefined;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    timer.unref();
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
