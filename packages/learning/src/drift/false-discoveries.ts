import { argsort } from "@portfolio/quant";

/**
 * Decides which of many tests to believe, so that of those at most a share q is false on average.
 *
 * @param pValues - Length n, 0 … 1.
 * @param share - q, such as 0.05.
 * @param dependence - "positive" (Benjamini–Hochberg) for tests that are independent or depend on
 *   each other positively, "any" (Benjamini–Yekutieli) otherwise.
 * @returns 1 for each test that is believed, length n.
 * @see Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini & Yekutieli
 *   (2001), theorem 1.3, doi:10.1214/aos/1013699998
 */
export function falseDiscoveries(
  pValues: Float64Array,
  share: number,
  dependence: "positive" | "any",
): Uint8Array {
  const count = pValues.length;
  const order = new Uint32Array(count);
  argsort(pValues, order);
  let harmonic = 1;
  for (let k = 2; dependence === "any" && k <= count; k++) {
    harmonic += 1 / k;
  }
  const believed = new Uint8Array(count);
  for (let last = count - 1; last >= 0; last--) {
    if (pValues[order[last]] <= ((last + 1) * share) / (count * harmonic)) {
      for (let k = 0; k <= last; k++) {
        believed[order[k]] = 1;
      }
      break;
    }
  }
  return believed;
}
