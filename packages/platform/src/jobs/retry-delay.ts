import type { AppErrorKind } from "../app-error.ts";

const MAX_DELAY_MS = 600_000;
const FIRST_DELAY_MS = { transient: 1000, rate: 30_000, crash: 1000 } as const;

/** Why a failed job may do better later. */
export type RetryClass = keyof typeof FIRST_DELAY_MS;

/** Tells whether a failure may pass by itself. @returns Nothing when it will not. */
export function retryClass(kind: AppErrorKind): RetryClass | undefined {
  switch (kind) {
    case "unavailable":
    case "deadline-exceeded":
      return "transient";
    case "resource-exhausted":
      return "rate";
    case "invalid-argument":
    case "not-found":
    case "already-exists":
    case "failed-precondition":
    case "out-of-range":
    case "unauthenticated":
    case "permission-denied":
      return undefined;
  }
}

/**
 * Chooses how long to wait before another attempt: evenly between 0 and a bound that doubles from
 * one failure to the next, up to 10 minutes. Jobs that failed together so come back spread out.
 *
 * @param failureCount - Failures before this one.
 * @param random - A number from 0 to 1.
 * @returns Milliseconds.
 *
 * @see Brooker (2015), "Exponential Backoff And Jitter", AWS Architecture Blog: "full jitter".
 */
export function retryDelayMs(cause: RetryClass, failureCount: number, random: number): number {
  const boundMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS[cause] * 2 ** failureCount);
  return random * boundMs;
}
