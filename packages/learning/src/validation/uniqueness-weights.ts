import { ArgumentError } from "@portfolio/quant";

/**
 * Computes how much of each label is its own: the mean over its days of 1/(labels that day).
 *
 * Labels of h days made every day share h − 1 of them with the next; without these weights the same
 * outcome counts h times.
 *
 * @param starts - First day of each label, from 0, length N.
 * @param ends - Last day of each, inclusive, length N.
 * @returns Weights in (0, 1], length N.
 * @throws {ArgumentError} The lengths differ, or a label ends before it starts.
 * @see López de Prado (2018), "Advances in Financial Machine Learning", sections 4.3 and 4.4
 */
export function uniquenessWeights(starts: Int32Array, ends: Int32Array): Float64Array {
  if (starts.length !== ends.length) {
    throw new ArgumentError(`${starts.length} starts and ${ends.length} ends`);
  }
  let last = -1;
  for (let i = 0; i < starts.length; i++) {
    if (!(starts[i] >= 0 && ends[i] >= starts[i])) {
      throw new ArgumentError(`label ${i} is of days ${starts[i]} to ${ends[i]}`);
    }
    last = Math.max(last, ends[i]);
  }
  const concurrency = new Float64Array(last + 2);
  for (let i = 0; i < starts.length; i++) {
    concurrency[starts[i]]++;
    concurrency[ends[i] + 1]--;
  }
  // Sums of 1/(labels) up to each day.
  const shares = new Float64Array(last + 2);
  let active = 0;
  for (let day = 0; day <= last; day++) {
    active += concurrency[day];
    shares[day + 1] = shares[day] + (active > 0 ? 1 / active : 0);
  }
  return Float64Array.from(
    starts,
    (start, i) => (shares[ends[i] + 1] - shares[start]) / (ends[i] - start + 1),
  );
}
