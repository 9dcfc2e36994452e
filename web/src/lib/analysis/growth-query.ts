import type { SimulateGrowthResponse } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { keepPreviousData } from "@tanstack/svelte-query";
import { call } from "../api/call.ts";
import { type Holdings, holdingsFields } from "./holdings.ts";

export const GROWTH_MODELS = ["bootstrap", "lognormal", "student"] as const;
export type GrowthModel = (typeof GROWTH_MODELS)[number];

/** What is paid in and for how long, and how the future is drawn. Amounts of money. */
export interface GrowthPlan {
  readonly amount: number;
  readonly months: number;
  /** Negative for a withdrawal. */
  readonly monthly: number;
  /** 0 for none. */
  readonly goal: number;
  readonly seed: number;
  readonly model: GrowthModel;
}

export const DEFAULT_PLAN: GrowthPlan = {
  amount: 100_000,
  months: 120,
  monthly: 0,
  goal: 0,
  seed: 1,
  model: "bootstrap",
};

/** A probability that was counted on simulated futures. */
interface Counted {
  readonly probability: number;
  readonly standardError: number;
}

export interface GrowthAnswer {
  readonly months: readonly number[];
  /** Amounts by probability of a lower one, of ascending probability. */
  readonly quantiles: readonly {
    readonly probability: number;
    readonly amounts: readonly number[];
  }[];
  readonly goalReached: Counted | undefined;
  readonly depleted: Counted | undefined;
}

// The block bootstrap may draw 1 million months in all.
const MONTHS_DRAWN_MAX = 1_000_000;
const PATHS = 10_000;

/** Simulates what a portfolio may grow to. */
export function growthQuery(holdings: Holdings, plan: GrowthPlan) {
  return {
    queryKey: ["growth", holdings, plan],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) =>
        growthAnswer(
          await clients.stress.simulateGrowth(
            {
              ...holdingsFields(holdings),
              initialAmount: plan.amount,
              monthCount: plan.months,
              monthlyAmount: plan.monthly,
              ...(plan.goal > 0 ? { goalAmount: plan.goal } : {}),
              pathCount: Math.min(PATHS, Math.floor(MONTHS_DRAWN_MAX / plan.months)),
              seed: plan.seed,
              model: MODEL_FIELDS[plan.model],
            },
            { signal },
          ),
        ),
      ),
    placeholderData: keepPreviousData,
  };
}

const MODEL_FIELDS = {
  bootstrap: { case: "blockBootstrap", value: {} },
  lognormal: { case: "lognormal", value: {} },
  student: { case: "studentT", value: {} },
} as const;

/** Reads a plan from a query string. What cannot be read takes its default. */
export function planFromParams(params: URLSearchParams): GrowthPlan {
  const number = (key: string, normal: number, low: number, high: number) => {
    const text = params.get(key) ?? "";
    const value = text === "" ? Number.NaN : Number(text);
    return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : normal;
  };
  return {
    amount: number("amount", DEFAULT_PLAN.amount, 1, 1e12),
    months: Math.round(number("months", DEFAULT_PLAN.months, 1, 600)),
    monthly: number("monthly", DEFAULT_PLAN.monthly, -1e9, 1e9),
    goal: number("goal", DEFAULT_PLAN.goal, 0, 1e15),
    seed: Math.round(number("seed", DEFAULT_PLAN.seed, 0, 2 ** 31 - 1)),
    model: GROWTH_MODELS.find((name) => name === params.get("model")) ?? DEFAULT_PLAN.model,
  };
}

function growthAnswer(answer: SimulateGrowthResponse): GrowthAnswer {
  const counted = (share: SimulateGrowthResponse["depleted"]) =>
    share && { probability: share.probability, standardError: share.standardError };
  return {
    months: answer.months,
    quantiles: answer.quantiles.map(({ probability, amounts }) => ({ probability, amounts })),
    goalReached: counted(answer.goalReached),
    depleted: counted(answer.depleted),
  };
}
