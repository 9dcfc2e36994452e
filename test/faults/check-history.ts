/** Something that happened to a job, in the order in which the database took note. */
export interface HistoryEntry {
  readonly event: "accept" | "start" | "effect";
  readonly jobId: string;
  /** Of the claim. 0 for an acceptance. */
  readonly fence: number;
}

/**
 * Checks what must hold of every history, whatever failed: no accepted job is without its effect,
 * none has two, nothing is done that was not asked for, each claim has a higher fence than those
 * before, and the effect is of a claim, after which there is no other.
 *
 * @param expectedEffects - Accepted jobs that must have an effect. The others must have none.
 * @returns What is wrong, in words. Empty when nothing is.
 */
export function historyFaults(
  history: readonly HistoryEntry[],
  expectedEffects: ReadonlySet<string>,
): string[] {
  const faults: string[] = [];
  const jobs = new Map<string, HistoryEntry[]>();
  for (const entry of history) jobs.set(entry.jobId, [...(jobs.get(entry.jobId) ?? []), entry]);
  for (const id of expectedEffects) if (!jobs.has(id)) faults.push(`${id} was lost`);
  for (const [id, entries] of jobs) {
    const found = faultOf(entries, expectedEffects.has(id));
    if (found) faults.push(`${id} ${found}`);
  }
  return faults;
}

function faultOf(entries: readonly HistoryEntry[], isEffectExpected: boolean): string | undefined {
  const starts = entries.filter(({ event }) => event === "start");
  const effects = entries.filter(({ event }) => event === "effect");
  const [effect] = effects;
  if (!entries.some(({ event }) => event === "accept")) return "was not asked for";
  if (effects.length > 1) return `took effect ${effects.length} times`;
  if (isEffectExpected && effect === undefined) return "took no effect";
  if (!isEffectExpected && effect) return "took effect although it could not";
  if (starts.some(({ fence }, i) => fence <= (starts[i - 1]?.fence ?? 0))) {
    return "was claimed under a fence that is not higher";
  }
  if (effect && starts.some(({ fence }) => fence > effect.fence)) {
    return "was claimed again after its effect";
  }
  return undefined;
}
