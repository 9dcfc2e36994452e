import { AppError } from "@portfolio/platform/app-error";
import type { Job } from "@portfolio/platform/jobs/job";
import type { Jobs } from "@portfolio/platform/jobs/jobs";
import type { ModelRegistry } from "../ports.ts";
import { findVersion } from "./find-version.ts";

/** What starting a verification works with. */
export interface VerifyDeps {
  readonly registry: ModelRegistry;
  readonly jobs: Pick<Jobs, "enqueue">;
}

/** Names a version to train again. */
export interface VerificationPayload {
  readonly modelId: string;
  readonly number: number;
}

/** Reads the payload of a `verification`, which is JSON. */
export function readVerification(payload: Uint8Array): VerificationPayload {
  return JSON.parse(Buffer.from(payload).toString("utf8"));
}

/**
 * Starts training a version again, once per request identifier.
 *
 * @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `VERSION_NOT_REPRODUCIBLE`, `REQUEST_ID_REUSED`.
 */
export async function verifyVersion(
  { registry, jobs }: VerifyDeps,
  payload: VerificationPayload,
  requestId: string,
): Promise<Job> {
  const { modelId, number } = payload;
  const { version } = await findVersion(registry, modelId, { kind: "number", number });
  const { backend } = version.lineage;
  if (backend !== "native") {
    throw new AppError(
      "failed-precondition",
      "VERSION_NOT_REPRODUCIBLE",
      `Version ${number} was computed by ${backend}, which does not give the same bits twice; only what native computes is verified.`,
      { metadata: { backend } },
    );
  }
  return jobs.enqueue({
    kind: "verification",
    payload: Buffer.from(JSON.stringify({ modelId, number })),
    idempotencyKey: requestId,
    title: `Verification of ${modelId}, version ${number}: ${version.title}`.slice(0, 200),
    ownerReference: `models/${modelId}/versions/${number}`,
    priority: "normal",
  });
}
