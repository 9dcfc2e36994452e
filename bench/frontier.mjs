// Times the whole exact efficient frontier of 20, 100 and 500 assets beside cvxcla.
import { traceFrontier } from "@portfolio/quant";
import { askPeer, leastCpuMs, normalSource, report } from "./measure.mjs";

/** Makes a dense factor model: one factor for 20 assets, so that nearly all assets are held. */
function makeProblem(assetCount, seed) {
  const normal = normalSource(seed);
  const factorCount = Math.max(1, Math.floor(assetCount / 20));
  const loadings = Float64Array.from({ length: assetCount * factorCount }, () => 0.004 * normal());
  const covariance = new Float64Array(assetCount * assetCount);
  for (let i = 0; i < assetCount; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1e-4 * (1 + Math.abs(normal())) : 0;
      for (let f = 0; f < factorCount; f++) {
        sum += loadings[i * factorCount + f] * loadings[j * factorCount + f];
      }
      covariance[i * assetCount + j] = sum;
      covariance[j * assetCount + i] = sum;
    }
  }
  return {
    expectedReturns: Float64Array.from({ length: assetCount }, () => 5e-4 + 3e-4 * normal()),
    covariance: { rows: assetCount, cols: assetCount, values: covariance },
    constraints: {
      lower: new Float64Array(assetCount),
      upper: new Float64Array(assetCount).fill(1),
      budget: 1,
      groups: [],
    },
  };
}

for (const [assetCount, runs] of [
  [20, 200],
  [100, 20],
  [500, 5],
]) {
  const problem = makeProblem(assetCount, 12_345);
  const { ms, result } = leastCpuMs(() => traceFrontier(problem), runs);
  const { turningPoints } = result.frontier;
  const { variance } = turningPoints[turningPoints.length - 1];
  const values = Float64Array.of(...problem.expectedReturns);
  const data = new Float64Array(values.length + problem.covariance.values.length);
  data.set(values);
  data.set(problem.covariance.values, values.length);
  const peers = askPeer("frontier.py", data, assetCount);
  report(`frontier of ${assetCount} assets, ${turningPoints.length} turning points`, ms, peers);
  const peer = peers?.cvxcla;
  if (peer !== undefined && !(Math.abs(peer.variance / variance - 1) < 1e-9)) {
    throw new Error(`cvxcla ends at variance ${peer.variance}, we at ${variance}`);
  }
}
