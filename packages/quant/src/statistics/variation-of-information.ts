/**
 * Computes the variation of information of two series over that of independent ones,
 * 1 − I(x, y)/H(x, y), from equally wide bins: 0 where one tells the other, 1 where it tells nothing.
 *
 * @param x - Length T ≥ 2.
 * @param y - Length T.
 * @param correlation - Pearson's, in [−1, 1], on which the number of bins depends.
 * @see López de Prado (2020), "Machine Learning for Asset Managers", sections 3.4 to 3.9; Hacine-Gharbi
 *   & Ravier (2018), "A binning formula of bi-histogram for joint entropy estimation using mean
 *   square error minimization", doi:10.1016/j.patrec.2017.11.007
 */
export function variationOfInformation(
  x: Float64Array,
  y: Float64Array,
  correlation: number,
): number {
  const bins = binCount(x.length, correlation);
  const [first, second] = [binOf(x, bins), binOf(y, bins)];
  const joint = new Float64Array(bins * bins);
  const firstCounts = new Float64Array(bins);
  const secondCounts = new Float64Array(bins);
  for (let t = 0; t < x.length; t++) {
    joint[first[t] * bins + second[t]]++;
    firstCounts[first[t]]++;
    secondCounts[second[t]]++;
  }
  const jointEntropy = entropy(joint, x.length);
  if (jointEntropy === 0) {
    return 0;
  }
  const information =
    entropy(firstCounts, x.length) + entropy(secondCounts, x.length) - jointEntropy;
  return Math.max(0, Math.min(1, 1 - information / jointEntropy));
}

// Nearer to 1, or to −1, the bivariate formula asks for more bins than there are pairs of days.
const CORRELATION_MAX = 1 - 1e-12;

function binCount(count: number, correlation: number): number {
  if (Math.abs(correlation) > CORRELATION_MAX) {
    const z = Math.cbrt(8 + 324 * count + 12 * Math.sqrt(36 * count + 729 * count * count));
    return Math.max(1, Math.round(z / 6 + 2 / (3 * z) + 1 / 3));
  }
  const spread = Math.sqrt(1 + (24 * count) / (1 - correlation * correlation));
  return Math.max(1, Math.min(count, Math.round(Math.sqrt((1 + spread) / 2))));
}

function binOf(series: Float64Array, bins: number): Int32Array {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of series) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const width = most - least;
  return Int32Array.from(series, (value) =>
    width > 0 ? Math.min(bins - 1, Math.floor(((value - least) / width) * bins)) : 0,
  );
}

function entropy(counts: Float64Array, total: number): number {
  let sum = 0;
  for (const count of counts) {
    if (count > 0) {
      sum -= (count / total) * Math.log(count / total);
    }
  }
  return sum;
}
