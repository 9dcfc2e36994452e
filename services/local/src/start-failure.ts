import { AppError } from "@portfolio/platform/app-error";

/** What the person who started the system can do about a failure, by its reason. */
const HINTS: Readonly<Record<string, string>> = {
  PORT_IN_USE:
    "PORT, DATA_GRPC_PORT, OPTIMIZATION_GRPC_PORT, JOBS_GRPC_PORT and TRAINING_GRPC_PORT choose the ports.",
  DATABASE_UNAVAILABLE: "Check that the server of DATABASE_URL runs and takes this user.",
};

/** Words for why the system did not start, and what to do about it. */
export function startFailureText(error: unknown): string {
  if (!(error instanceof AppError)) {
    return error instanceof Error ? error.message : String(error);
  }
  const hint = HINTS[error.reason];
  if (hint === undefined) {
    return error.message;
  }
  const said = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}\n  ${hint}${error.reason === "DATABASE_UNAVAILABLE" ? said : ""}`;
}
