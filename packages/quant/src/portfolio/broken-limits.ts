import type { LimitRef, PortfolioModel } from "./portfolio-model.ts";
import { portfolioRisk } from "./portfolio-risk.ts";

/** A limit, besides the linear ones, that weights break. */
export interface BrokenLimit {
  readonly ref: LimitRef;
  readonly value: number;
  readonly limit: number;
}

// Values above a limit by less than this fraction of it are rounding.
const TOLERANCE = 1e-9;

/** Finds the limits on leverage, turnover, tracking error, risks and risk shares that weights break. */
export function brokenLimits(weights: Float64Array, model: PortfolioModel): BrokenLimit[] {
  return [
    ...exposures(weights, model),
    ...tracking(weights, model),
    ...(model.riskLimits ?? []).map(({ measure, max }, index) => ({
      ref: { type: "risk", index } as const,
      value: portfolioRisk(measure, weights, model).risk,
      limit: max,
    })),
    ...shares(weights, model),
  ].filter(({ value, limit }) => value > limit + TOLERANCE * Math.max(1, Math.abs(limit)));
}

function exposures(weights: Float64Array, { leverage, trading }: PortfolioModel): BrokenLimit[] {
  let [long, short, turnover] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    long += Math.max(0, weights[i]);
    short += Math.max(0, -weights[i]);
    turnover += Math.abs(weights[i] - (trading?.current[i] ?? weights[i]));
  }
  const none = Number.POSITIVE_INFINITY;
  return [
    { ref: { type: "long" }, value: long, limit: leverage?.longMax ?? none },
    { ref: { type: "short" }, value: short, limit: leverage?.shortMax ?? none },
    { ref: { type: "gross" }, value: long + short, limit: leverage?.grossMax ?? none },
    { ref: { type: "turnover" }, value: turnover, limit: trading?.turnoverMax ?? none },
  ];
}

function tracking(weights: Float64Array, model: PortfolioModel): BrokenLimit[] {
  const { benchmark } = model;
  if (benchmark === undefined) {
    return [];
  }
  const away = weights.map((weight, i) => weight - benchmark.weights[i]);
  const value = portfolioRisk({ kind: "standard-deviation" }, away, model).risk;
  return [{ ref: { type: "tracking-error" }, value, limit: benchmark.trackingErrorMax }];
}

function shares(weights: Float64Array, model: PortfolioModel): BrokenLimit[] {
  const { risk, contributions } = portfolioRisk({ kind: "standard-deviation" }, weights, model);
  return (model.riskShareLimits ?? []).map(({ assets, max }, index) => ({
    ref: { type: "share", index },
    value: risk > 0 ? assets.reduce((sum, i) => sum + contributions[i], 0) / risk : 0,
    limit: max,
  }));
}
