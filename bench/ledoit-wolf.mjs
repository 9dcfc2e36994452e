// Times the Ledoit-Wolf covariance of 2520 days of 500 assets beside scikit-learn.
import { ledoitWolfCovariance } from "@portfolio/quant";
import { askPeer, leastCpuMs, normalSource, report } from "./measure.mjs";

const DAY_COUNT = 2520;
const ASSET_COUNT = 500;
const normal = normalSource(12_345);
const market = Float64Array.from({ length: DAY_COUNT }, () => 0.01 * normal());
const values = Float64Array.from(
  { length: DAY_COUNT * ASSET_COUNT },
  (_, k) => market[Math.floor(k / ASSET_COUNT)] + 0.015 * normal(),
);

const returns = { rows: DAY_COUNT, cols: ASSET_COUNT, values };
const { ms, result } = leastCpuMs(() => ledoitWolfCovariance(returns), 25);
const peers = askPeer("ledoit_wolf.py", values, { after: [ASSET_COUNT] });
report(`Ledoit-Wolf ${ASSET_COUNT} x ${DAY_COUNT}`, ms, peers);
const peer = peers?.["scikit-learn"];
if (peer !== undefined && !(Math.abs(peer.shrinkage / result.shrinkage - 1) < 1e-9)) {
  throw new Error(`scikit-learn shrinks by ${peer.shrinkage}, we by ${result.shrinkage}`);
}
