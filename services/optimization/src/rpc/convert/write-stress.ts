import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  RunStressResponseSchema,
  SimulateGrowthResponseSchema,
  WindowOutcomeSchema,
} from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import type { StressReport } from "../../app/run-stress.ts";
import type { GrowthReport } from "../../app/simulate-growth.ts";
import { dateOf } from "../../domain/backtest-days.ts";
import type { StressProblem } from "../../domain/stress-problem.ts";
import type { WindowFigures } from "../../domain/stress-task.ts";
import { writeDatesUsed, writeProvenance } from "./write-basis.ts";

/** Writes the answer to `RunStress`. */
export function writeStress(
  problem: StressProblem,
  report: StressReport,
): MessageInitShape<typeof RunStressResponseSchema> {
  const datesUsed = writeDatesUsed(report.panel);
  return {
    symbols: [...report.symbols],
    windows: report.windows.map((window) => writeWindow(window, problem, report.symbols)),
    factorShocks: report.factorShocks.map((shock, k) => ({
      name: shock.name,
      portfolioReturn: shock.portfolioReturn,
      assetReturns: Array.from(shock.assetReturns),
      contributions: Array.from(shock.assetContributions),
      factorContributions: Object.fromEntries(
        [...(problem.factorShocks[k]?.returns.keys() ?? [])].map((symbol, f) => [
          symbol,
          shock.factorContributions[f] ?? 0,
        ]),
      ),
    })),
    conditionalShocks: report.conditionalShocks.map((shock) => ({
      ...shock,
      assetReturns: Array.from(shock.assetReturns),
      contributions: Array.from(shock.contributions),
    })),
    conditionalScenarios: report.conditionalScenarios.map((scenario) => ({
      ...scenario,
      quantiles: [...scenario.quantiles],
      assetReturns: Array.from(scenario.assetReturns),
      contributions: Array.from(scenario.contributions),
    })),
    ...(datesUsed && { datesUsed }),
    provenance: writeProvenance(report.provenance),
  };
}

function writeWindow(
  { outcome, proxies, missing }: WindowFigures,
  problem: StressProblem,
  symbols: readonly string[],
): MessageInitShape<typeof WindowOutcomeSchema> {
  const { title, startDay, endDay, indexReturn } = outcome.window;
  const isKnown = !Number.isNaN(indexReturn);
  const window = { name: title, startDate: dateOf(startDay), endDate: dateOf(endDay) };
  const head = { window, ...(isKnown && { indexReturn }) };
  if (outcome.status === "not-covered") {
    const missingSymbols = missing.map((asset) => symbols[asset] ?? "");
    return { ...head, covered: false, missingSymbols };
  }
  return {
    ...head,
    covered: true,
    portfolioReturn: outcome.portfolioReturn,
    maximumDrawdown: outcome.maximumDrawdown,
    assetReturns: Array.from(outcome.assetReturns),
    contributions: Array.from(outcome.contributions),
    proxies: proxies.map(({ asset, beta, returnCount }) => {
      const symbol = symbols[asset] ?? "";
      return { symbol, proxySymbol: problem.proxies.get(symbol)?.symbol ?? "", beta, returnCount };
    }),
  };
}

/** Writes the answer to `SimulateGrowth`. */
export function writeGrowth({
  simulation,
  panel,
  provenance,
}: GrowthReport): MessageInitShape<typeof SimulateGrowthResponseSchema> {
  const { fan, goalReached, depleted } = simulation;
  const datesUsed = writeDatesUsed(panel);
  return {
    months: Array.from(fan.periods),
    quantiles: fan.probabilities.map((probability, q) => ({
      probability,
      amounts: Array.from(fan.quantiles[q] ?? []),
    })),
    ...(goalReached && { goalReached }),
    depleted,
    ...(datesUsed && { datesUsed }),
    provenance: writeProvenance(provenance),
  };
}
