import { AppError } from "../app-error.ts";
import type { JobFailure } from "./process-messages.ts";

/** Describes what was thrown. Messages of errors that are no `AppError` stay out of the job. */
export function jobFailure(error: unknown): JobFailure {
  if (error instanceof AppError) {
    const { kind, reason, message } = error;
    return { kind, reason, description: message, stack: "" };
  }
  return {
    kind: undefined,
    reason: "JOB_BROKEN",
    description: "An error of the program ended this job. Its log says more.",
    stack: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
