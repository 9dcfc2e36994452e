/** Why a call failed, in terms that the page acts on. */
export type FailureKind =
  | "unreachable"
  | "unauthenticated"
  | "rejected"
  | "overloaded"
  | "canceled"
  | "broken";

/** One thing that is wrong with a request, and where. */
export interface FailureViolation {
  /** Path of the field, such as `symbols[3]`. */
  readonly field: string;
  readonly description: string;
}

export interface ApiFailureDetails {
  readonly kind: FailureKind;
  /** Stable cause, such as `CONSTRAINTS_INFEASIBLE`. Empty when the answer had none. */
  readonly reason: string;
  readonly violations: readonly FailureViolation[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Identifier under which the server logged the call. Empty when it never arrived. */
  readonly requestId: string;
}

/** A failed call, without any type of the transport. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly kind: FailureKind;
  readonly reason: string;
  readonly violations: readonly FailureViolation[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly requestId: string;

  constructor(message: string, details: ApiFailureDetails, options?: ErrorOptions) {
    super(message, options);
    this.kind = details.kind;
    this.reason = details.reason;
    this.violations = details.violations;
    this.metadata = details.metadata;
    this.requestId = details.requestId;
  }

  /** Whether the same call may succeed later without a change. */
  get retryable(): boolean {
    return this.kind === "unreachable" || this.kind === "overloaded" || this.kind === "broken";
  }
}

/** Takes any thrown value as a failure. */
export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure(
    message,
    { kind: "broken", reason: "", violations: [], metadata: {}, requestId: "" },
    { cause: error },
  );
}

/** Everything that helps to look a failure up, as text for the clipboard. */
export function failureReport(failure: ApiFailure): string {
  const lines = [
    failure.message,
    `reason: ${failure.reason || "none"}`,
    `request id: ${failure.requestId || "none"}`,
    ...failure.violations.map(({ field, description }) => `${field}: ${description}`),
    ...Object.entries(failure.metadata).map(([key, value]) => `${key}: ${value}`),
  ];
  return lines.join("\n");
}
