import { AppError } from "@portfolio/platform/app-error";
import { type Pool, type Queryable, transaction } from "@portfolio/platform/postgres/pool";
import type {
  Experiment,
  ExperimentRules,
  ExperimentState,
  GuardMetric,
} from "../domain/experiment.ts";
import type { ExperimentStore } from "../ports.ts";
import { type AliasRequest, changeAlias } from "./alias-log.ts";
import { TENANT_ID } from "./model-rows.ts";
import { lockModel } from "./read-version.ts";
import { followStage } from "./stage-log.ts";

const COLUMNS = `id, model_id, champion_version, challenger_version, level, arm_count, effect_min, days_max,
  canary_share, auto_promote, guard_metric, guard_margin, replayed_days, state, create_time,
  end_time`;

const INSERT = `
  insert into training.experiment (tenant_id, id, model_id, champion_version, challenger_version,
    level, arm_count, effect_min, days_max, canary_share, auto_promote, guard_metric, guard_margin,
    replayed_days, state)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'running')
  on conflict (tenant_id, model_id, champion_version, challenger_version) where state = 'running'
  do nothing
  returning ${COLUMNS}`;

const SELECT_BY_ID = `select ${COLUMNS} from training.experiment where tenant_id = $1 and id = $2`;

const SELECT_PAGE = `
  select ${COLUMNS} from training.experiment
  where tenant_id = $1 and ($2 = '' or model_id = $2) and ($3::uuid is null or id < $3)
  order by id desc limit $4`;

const SELECT_RUNNING = `
  select ${COLUMNS} from training.experiment
  where tenant_id = $1 and state = 'running' and ($2 = '' or model_id = $2)
  order by id`;

const END = `
  update training.experiment set state = $3, end_time = now()
  where tenant_id = $1 and id = $2 and state = 'running'
  returning ${COLUMNS}`;

/** Who moves versions to the stages that experiments call for. */
const ACTOR = "experiment";

interface ExperimentRow {
  readonly id: string;
  readonly model_id: string;
  readonly champion_version: number;
  readonly challenger_version: number;
  readonly level: number;
  readonly arm_count: number;
  readonly effect_min: number;
  readonly days_max: number;
  readonly canary_share: number;
  readonly auto_promote: boolean;
  readonly guard_metric: readonly GuardMetric[];
  readonly guard_margin: readonly number[];
  readonly replayed_days: number;
  readonly state: ExperimentState;
  readonly create_time: string;
  readonly end_time: string | null;
}

/** Keeps experiments in the table `training.experiment`. */
export class PostgresExperimentStore implements ExperimentStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  add(id: string, rules: ExperimentRules, replayedDays: number): Promise<Experiment> {
    return transaction(this.#pool, async (client) => {
      await lockModel(client, rules.modelId);
      const experiment = await insertRow(client, id, rules, replayedDays);
      if (rules.canaryShare > 0) {
        await enterCanary(client, rules);
      }
      return experiment;
    });
  }

  async find(id: string): Promise<Experiment | undefined> {
    const { rows } = await this.#pool.query<ExperimentRow>(SELECT_BY_ID, [TENANT_ID, id]);
    return rows[0] && fromRow(rows[0]);
  }

  async list(
    modelId: string,
    limit: number,
    beforeId: string | undefined,
  ): Promise<readonly Experiment[]> {
    const values = [TENANT_ID, modelId, beforeId ?? null, limit];
    const { rows } = await this.#pool.query<ExperimentRow>(SELECT_PAGE, values);
    return rows.map(fromRow);
  }

  async listRunning(modelId = ""): Promise<readonly Experiment[]> {
    const { rows } = await this.#pool.query<ExperimentRow>(SELECT_RUNNING, [TENANT_ID, modelId]);
    return rows.map(fromRow);
  }

  end(
    id: string,
    state: Exclude<ExperimentState, "running">,
    change?: { readonly alias: AliasRequest; readonly expectedVersion: number },
  ): Promise<Experiment | undefined> {
    return transaction(this.#pool, async (client) => {
      const { rows } = await client.query<ExperimentRow>(SELECT_BY_ID, [TENANT_ID, id]);
      if (rows[0] === undefined) {
        return undefined;
      }
      // In the order in which an experiment starts: the model first.
      await lockModel(client, rows[0].model_id);
      const ended = await endRow(client, id, state);
      if (ended && change) {
        await changeAlias(client, change.alias, change.expectedVersion);
      }
      if (ended) {
        await leaveCanary(client, ended.rules);
      }
      return ended;
    });
  }
}

async function insertRow(
  client: Queryable,
  id: string,
  rules: ExperimentRules,
  replayedDays: number,
): Promise<Experiment> {
  const { rows } = await client.query<ExperimentRow>(INSERT, [
    ...[TENANT_ID, id, rules.modelId, rules.championVersion, rules.challengerVersion],
    ...[
      rules.level,
      rules.armCount,
      rules.effectMin,
      rules.daysMax,
      rules.canaryShare,
      rules.autoPromote,
    ],
    rules.guards.map(({ metric }) => metric),
    rules.guards.map(({ margin }) => margin),
    replayedDays,
  ]);
  if (rows[0] === undefined) {
    throw new AppError(
      "failed-precondition",
      "EXPERIMENT_RUNNING",
      "These versions are being compared already. Stop that experiment first.",
    );
  }
  return fromRow(rows[0]);
}

/** A challenger that serves some is a canary, after it ran beside. */
async function enterCanary(client: Queryable, rules: ExperimentRules): Promise<void> {
  const { modelId, challengerVersion: number } = rules;
  const by = {
    actor: ACTOR,
    reason: `An experiment lets it serve a share of ${rules.canaryShare}`,
  };
  await followStage(client, { modelId, number, from: ["validated"], to: "shadow" }, by);
  await followStage(client, { modelId, number, from: ["shadow"], to: "canary" }, by);
}

/** A canary runs beside again once no experiment lets it serve. */
async function leaveCanary(client: Queryable, rules: ExperimentRules): Promise<void> {
  const { modelId, challengerVersion: number } = rules;
  const { rows } = await client.query<ExperimentRow>(SELECT_RUNNING, [TENANT_ID, modelId]);
  const isServing = rows.some((row) => row.challenger_version === number && row.canary_share > 0);
  if (!isServing) {
    const by = { actor: ACTOR, reason: "No experiment lets it serve" };
    await followStage(client, { modelId, number, from: ["canary"], to: "shadow" }, by);
  }
}

async function endRow(
  client: Queryable,
  id: string,
  state: ExperimentState,
): Promise<Experiment | undefined> {
  const { rows } = await client.query<ExperimentRow>(END, [TENANT_ID, id, state]);
  return rows[0] && fromRow(rows[0]);
}

function fromRow(row: ExperimentRow): Experiment {
  return {
    id: row.id,
    rules: {
      modelId: row.model_id,
      championVersion: row.champion_version,
      challengerVersion: row.challenger_version,
      level: row.level,
      armCount: row.arm_count,
      effectMin: row.effect_min,
      daysMax: row.days_max,
      canaryShare: row.canary_share,
      autoPromote: row.auto_promote,
      guards: row.guard_metric.map((metric, k) => ({ metric, margin: row.guard_margin[k] ?? 0 })),
    },
    replayedDays: row.replayed_days,
    state: row.state,
    createTime: row.create_time,
    endTime: row.end_time ?? undefined,
  };
}
