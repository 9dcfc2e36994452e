import type { Pool } from "@portfolio/platform/postgres/pool";
import type { DriftFindings } from "../domain/watch-drift.ts";
import type { DriftReports } from "../ports.ts";
import { TENANT_ID } from "./model-rows.ts";

const SELECT_LOSS = `
  select findings->'loss' as loss from training.drift_report
  where tenant_id = $1 and model_id = $2 and number = $3`;

/** Reads what monitoring has seen from the table `training.drift_report`. */
export class PostgresDriftReports implements DriftReports {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async findLossDrift(modelId: string, number: number): Promise<DriftFindings["loss"] | undefined> {
    const values = [TENANT_ID, modelId, number];
    const { rows } = await this.#pool.query<{ readonly loss: DriftFindings["loss"] }>(
      SELECT_LOSS,
      values,
    );
    return rows[0]?.loss;
  }
}
