/** A version that may become champion, and how it was judged. */
export interface Candidate {
  readonly number: number;
  /** Such as `Boosted trees`. */
  readonly title: string;
  /** Whether it learns nothing. */
  readonly isBaseline: boolean;
  /** Mean of the measure that models are judged by, on days that training had not seen. */
  readonly score: number;
}

/** Who becomes what, and why. */
export interface ChampionChoice {
  readonly champion: Candidate;
  /** The best of those that learn nothing; undefined when there is none. */
  readonly baseline: Candidate | undefined;
  /** One sentence. */
  readonly reason: string;
}

/**
 * Chooses the version of the best score, if it beats the best baseline; that one otherwise.
 *
 * @param measure - Its name, and whether less of it is better.
 * @returns Nothing when no candidate has a score.
 */
export function chooseChampion(
  candidates: readonly Candidate[],
  measure: { readonly name: string; readonly isLoss: boolean },
): ChampionChoice | undefined {
  const sign = measure.isLoss ? -1 : 1;
  const ordered = candidates
    .filter(({ score }) => Number.isFinite(score))
    .toSorted((a, b) => sign * (b.score - a.score) || a.number - b.number);
  const baseline = ordered.find(({ isBaseline }) => isBaseline);
  const learned = ordered.find(({ isBaseline }) => !isBaseline);
  const isBetter =
    learned !== undefined &&
    (baseline === undefined || sign * (learned.score - baseline.score) > 0);
  const champion = isBetter ? learned : baseline;
  if (champion === undefined) {
    return undefined;
  }
  return { champion, baseline, reason: reasonOf(measure.name, { champion, baseline, learned }) };
}

function reasonOf(
  name: string,
  {
    champion,
    baseline,
    learned,
  }: Record<"baseline" | "learned", Candidate | undefined> & { readonly champion: Candidate },
): string {
  const own = `${champion.title} has a ${name} of ${champion.score.toPrecision(3)}`;
  const other = champion === baseline ? learned : baseline;
  const rest =
    other === undefined
      ? "there is no other"
      : `${other.title}, the best ${other.isBaseline ? "baseline" : "that learns"}, of ` +
        other.score.toPrecision(3);
  return `On days that training had not seen ${own}, ${rest}.`;
}
