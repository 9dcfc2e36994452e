import type { PortfolioMeasure } from "@portfolio/quant";

const NAMES: Readonly<Partial<Record<PortfolioMeasure["kind"], string>>> = {
  "standard-deviation": "volatility",
  "mean-absolute-deviation": "mean absolute deviation",
  var: "value at risk",
  cvar: "conditional value at risk",
  evar: "entropic value at risk",
  rlvar: "relativistic value at risk",
  cdar: "conditional drawdown at risk",
  edar: "entropic drawdown at risk",
  rldar: "relativistic drawdown at risk",
  dar: "drawdown at risk",
  "robust-cvar": "distributionally robust CVaR",
  kurtosis: "square-root kurtosis",
  "semi-kurtosis": "square-root semikurtosis",
};

/** Names a measure for people, with its confidence level: `conditional value at risk (95 %)`. */
export function measureText(measure: PortfolioMeasure): string {
  const name = NAMES[measure.kind] ?? measure.kind.replaceAll("-", " ");
  return "level" in measure ? `${name} (${Number((measure.level * 100).toFixed(4))} %)` : name;
}
