import { FINAL_STATES } from "@portfolio/platform/jobs/job";
import type { Jobs } from "@portfolio/platform/jobs/jobs";
import type { DefaultRuns } from "../ports.ts";

/** What default trainings are looked after with. */
export interface DefaultsDeps {
  readonly runs: DefaultRuns;
  readonly jobs: Pick<Jobs, "enqueue" | "findMany">;
}

/**
 * Makes the job that chooses the champion for each run whose trainings have all ended, some of them
 * perhaps without success. Processes that do so at once make one job.
 */
export async function lookAfterDefaults({ runs, jobs }: DefaultsDeps): Promise<void> {
  for (const { id, modelId, jobIds } of await runs.listOpen()) {
    const found = await jobs.findMany(jobIds);
    if (!found.every(({ state }) => FINAL_STATES.has(state))) {
      continue;
    }
    const references = found
      .map(({ resultReference }) => resultReference)
      .filter((reference) => reference !== "")
      .sort();
    if (references.length > 0) {
      await jobs.enqueue({
        kind: "default-models",
        payload: Buffer.from(JSON.stringify({ modelId, references })),
        idempotencyKey: id,
        title: `Champion of ${modelId}`,
        ownerReference: `models/${modelId}`,
        priority: "interactive",
      });
    }
    await runs.close(id);
  }
}
