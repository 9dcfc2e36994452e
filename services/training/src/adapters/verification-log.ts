import type { Queryable } from "@portfolio/platform/postgres/pool";
import type { Verification } from "../domain/model-version.ts";
import { TENANT_ID } from "./model-rows.ts";

const INSERT = `
  insert into training.verification (tenant_id, model_id, number, job_id, difference, artifact_hash)
  values ($1, $2, $3, $4, $5, $6)
  on conflict do nothing`;

const SELECT = `
  select difference, encode(artifact_hash, 'hex') as artifact_hash, job_id, create_time
  from training.verification
  where tenant_id = $1 and model_id = $2 and number = $3
  order by create_time desc, job_id desc`;

interface VerificationRow {
  readonly difference: readonly string[];
  readonly artifact_hash: string;
  readonly job_id: string;
  readonly create_time: string;
}

/** Notes what came of training a version again, within the transaction that ends the job. */
export async function storeVerification(
  client: Queryable,
  modelId: string,
  number: number,
  { jobId, differences, artifactHash }: Omit<Verification, "createTime">,
): Promise<void> {
  const key = [TENANT_ID, modelId, number, jobId];
  await client.query(INSERT, [...key, [...differences], Buffer.from(artifactHash, "hex")]);
}

/** Lists what came of training a version again, the newest first. */
export async function readVerifications(
  client: Queryable,
  modelId: string,
  number: number,
): Promise<readonly Verification[]> {
  const { rows } = await client.query<VerificationRow>(SELECT, [TENANT_ID, modelId, number]);
  return rows.map(({ difference, artifact_hash, job_id, create_time }) => ({
    differences: difference,
    artifactHash: artifact_hash,
    jobId: job_id,
    createTime: create_time,
  }));
}
