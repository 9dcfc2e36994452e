import { AppError, type AppErrorKind } from "../app-error.ts";

interface Translation {
  readonly kind: AppErrorKind;
  readonly reason: string;
  readonly message: string;
}

const UNAVAILABLE: Translation = {
  kind: "unavailable",
  reason: "DATABASE_UNAVAILABLE",
  message: "The database cannot be reached at the moment. Try again shortly.",
};
const TIMEOUT: Translation = {
  kind: "deadline-exceeded",
  reason: "DATABASE_TIMEOUT",
  message: "The database took too long. Ask for less, or try again.",
};
const CONFLICT: Translation = {
  kind: "unavailable",
  reason: "DATABASE_CONFLICT",
  message: "Another change got in the way. Try again.",
};
const FULL: Translation = {
  kind: "resource-exhausted",
  reason: "DATABASE_FULL",
  message: "The database has run out of disk space.",
};

/** By `code`: SQLSTATE of the server, or error code of Node's sockets. */
const BY_CODE: Readonly<Record<string, Translation>> = {
  ECONNREFUSED: UNAVAILABLE,
  ECONNRESET: UNAVAILABLE,
  ECONNABORTED: UNAVAILABLE,
  EPIPE: UNAVAILABLE,
  ETIMEDOUT: UNAVAILABLE,
  ENOTFOUND: UNAVAILABLE,
  EAI_AGAIN: UNAVAILABLE,
  EHOSTUNREACH: UNAVAILABLE,
  ENETUNREACH: UNAVAILABLE,
  EADDRNOTAVAIL: UNAVAILABLE,
  // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now, idle session timeouts
  "53300": UNAVAILABLE,
  "57P01": UNAVAILABLE,
  "57P02": UNAVAILABLE,
  "57P03": UNAVAILABLE,
  "57P05": UNAVAILABLE,
  "25P03": UNAVAILABLE,
  // query_canceled, lock_not_available
  "57014": TIMEOUT,
  "55P03": TIMEOUT,
  // serialization_failure, deadlock_detected
  "40001": CONFLICT,
  "40P01": CONFLICT,
  // disk_full
  "53100": FULL,
};

/** What `pg` and `pg-pool` say, without a code, when a connection is lost or not to be had. */
const CONNECTION_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

/**
 * Turns a failure of the database itself into one that a caller can act on. The original, with
 * hosts and SQL, stays in `cause` for the log.
 *
 * @param error - Anything thrown by `pg`.
 * @returns An `AppError`; other errors (constraint violations, bugs) as they are.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function translateDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError) {
    return error;
  }
  const translation = translationOf(error);
  return translation
    ? new AppError(translation.kind, translation.reason, translation.message, { cause: error })
    : error;
}

function translationOf(error: Error): Translation | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // Class 08: connection exceptions.
  if (code.startsWith("08") || CONNECTION_MESSAGE.test(error.message)) {
    return UNAVAILABLE;
  }
  if (error.message === "Query read timeout") {
    return TIMEOUT;
  }
  return BY_CODE[code];
}
