import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  Scenarios,
  ScenariosSchema,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";

/** Distributions that days are drawn from, in the order of the contract's enumeration. */
export const DISTRIBUTIONS = [
  "gaussian",
  "student-t",
  "gaussian-copula",
  "student-t-copula",
  "vine-copula",
] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

/** The days that measures of risk look at, other than those of the covariance. */
export type ScenarioChoice =
  | { readonly kind: "historical" }
  | { readonly kind: "exponential"; readonly halfLifeDays: number }
  /** Runs of past days of a mean length; 1 for single days. */
  | { readonly kind: "bootstrap"; readonly count: number; readonly meanBlockDays: number }
  | { readonly kind: Distribution; readonly count: number };

export const HISTORICAL: ScenarioChoice = { kind: "historical" };
export const DEFAULT_SCENARIO_COUNT = 2000;

const DEFAULT_HALF_LIFE = 252;
const DEFAULT_BLOCK = 21;
// Any seed will do; the same one gives the same answer.
const SEED = 1;

/** A choice with its usual numbers. */
export function scenariosOfKind(kind: string): ScenarioChoice {
  const count = DEFAULT_SCENARIO_COUNT;
  switch (kind) {
    case "exponential":
      return { kind, halfLifeDays: DEFAULT_HALF_LIFE };
    case "bootstrap":
      return { kind, count, meanBlockDays: DEFAULT_BLOCK };
    default: {
      const distribution = DISTRIBUTIONS.find((each) => each === kind);
      return distribution ? { kind: distribution, count } : HISTORICAL;
    }
  }
}

/** Writes a choice as an address holds it, such as `bootstrap_2000_21`; nothing for the past days. */
export function scenarioText(choice: ScenarioChoice): string {
  switch (choice.kind) {
    case "historical":
      return "";
    case "exponential":
      return `exponential_${choice.halfLifeDays}`;
    case "bootstrap":
      return `bootstrap_${choice.count}_${choice.meanBlockDays}`;
    default:
      return `${choice.kind}_${choice.count}`;
  }
}

/** Reads a choice. What cannot be read takes its usual number. */
export function scenariosFromText(text: string): ScenarioChoice {
  const [kind = "", first = "", second = ""] = text.split("_");
  const usual = scenariosOfKind(kind);
  switch (usual.kind) {
    case "historical":
      return usual;
    case "exponential":
      return { ...usual, halfLifeDays: within(first, usual.halfLifeDays, 1, 100_000) };
    case "bootstrap":
      return {
        ...usual,
        count: Math.round(within(first, usual.count, 2, 20_000)),
        meanBlockDays: within(second, usual.meanBlockDays, 1, 10_000),
      };
    default:
      return { ...usual, count: Math.round(within(first, usual.count, 2, 20_000)) };
  }
}

/** Scenarios as the contract writes them; nothing for the past days. */
export function scenariosInit(
  choice: ScenarioChoice,
): MessageInitShape<typeof ScenariosSchema> | undefined {
  switch (choice.kind) {
    case "historical":
      return;
    case "exponential":
      return { method: { case: "exponential", value: { halfLifeDays: choice.halfLifeDays } } };
    case "bootstrap": {
      const { count, meanBlockDays } = choice;
      return { method: { case: "bootstrap", value: { count, meanBlockDays, seed: SEED } } };
    }
    default: {
      const distribution = DISTRIBUTIONS.indexOf(choice.kind) + 1;
      const value = { count: choice.count, distribution, seed: SEED };
      return { method: { case: "simulated", value } };
    }
  }
}

/** Reads the scenarios of a stored request back. */
export function storedScenarios(scenarios: Scenarios | undefined): ScenarioChoice {
  const method = scenarios?.method;
  switch (method?.case) {
    case "exponential":
      return { kind: "exponential", halfLifeDays: method.value.halfLifeDays };
    case "bootstrap": {
      const { count, meanBlockDays } = method.value;
      return { kind: "bootstrap", count, meanBlockDays: Math.max(1, meanBlockDays) };
    }
    case "simulated": {
      const kind = DISTRIBUTIONS[method.value.distribution - 1] ?? "gaussian";
      return { kind, count: method.value.count };
    }
    default:
      return HISTORICAL;
  }
}

function within(text: string, usual: number, low: number, high: number): number {
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : usual;
}
