import { argsort } from "@portfolio/quant";

/** Ranks numbers from 1; equal ones share the mean of their ranks. */
export function averageRanks(values: Float64Array): Float64Array {
  const count = values.length;
  const order = new Uint32Array(count);
  argsort(values, order);
  const ranks = new Float64Array(count);
  for (let start = 0; start < count; ) {
    let end = start + 1;
    while (end < count && values[order[end]] === values[order[start]]) {
      end++;
    }
    for (let k = start; k < end; k++) {
      ranks[order[k]] = (start + end + 1) / 2;
    }
    start = end;
  }
  return ranks;
}
