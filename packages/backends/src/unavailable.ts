import { AppError } from "@portfolio/platform/app-error";
import type { BackendId } from "./training-backend.ts";

/** Says that a backend cannot be used here, and why. */
export function unavailable(id: BackendId, why: string, cause?: unknown): AppError {
  return new AppError("failed-precondition", "BACKEND_UNAVAILABLE", `Backend ${id}: ${why}`, {
    cause,
    metadata: { backend: id },
  });
}
