/** Why an operation failed, in terms that a caller can act on. */
export type AppErrorKind =
  | "invalid-argument"
  | "not-found"
  | "already-exists"
  | "failed-precondition"
  | "out-of-range"
  | "resource-exhausted"
  | "unauthenticated"
  | "permission-denied"
  | "deadline-exceeded"
  | "unavailable";

/** One thing that is wrong with a request, and where. */
export interface FieldViolation {
  /** Path of the field as the contract writes it, such as `constraints.bounds["AAPL"].max`. */
  readonly field: string;
  /** One sentence that says what is wrong, with the value and the bound. */
  readonly description: string;
}

export interface AppErrorOptions extends ErrorOptions {
  /** Sent as `google.rpc.BadRequest`. */
  readonly violations?: readonly FieldViolation[];
  /** Facts for programs, sent in `google.rpc.ErrorInfo.metadata`, such as `{ symbol: "AAPL" }`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A failure that crosses a service boundary with its meaning intact.
 *
 * Anything else that is thrown reaches the caller as "internal", with its
 * message withheld: it goes to the log only.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly kind: AppErrorKind;
  /** Stable, machine-readable cause, such as `SYMBOL_UNKNOWN`. Callers may branch on it. */
  readonly reason: string;
  readonly violations: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;

  /**
   * @param message - One sentence a user of the API can act on. No stack, SQL or host names.
   */
  constructor(kind: AppErrorKind, reason: string, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
    this.reason = reason;
    this.violations = options.violations ?? [];
    this.metadata = options.metadata ?? {};
  }
}
