import { describe, expect, it } from "vitest";
import { backtestFromParams, DEFAULT_BACKTEST, groupsFrom, groupsText } from "./backtest-plan.ts";
import { backtestSpec } from "./backtest-spec.ts";

const HOLDINGS = {
  id: "",
  name: "",
  positions: ["KO", "PEP", "WMT"].map((symbol) => ({ symbol, weight: 1 / 3 })),
  dataset: { id: "sample", revision: 0 },
  startDate: "",
  endDate: "",
};

describe("groupsFrom", () => {
  it("reads groups in words, each symbol once", () => {
    const groups = groupsFrom("drinks: ko pep; shops: WMT, KO;; nothing:; drinks: XOM");

    expect(groups).toEqual([
      { name: "drinks", symbols: ["KO", "PEP"] },
      { name: "shops", symbols: ["WMT"] },
    ]);
    expect(groupsFrom(groupsText(groups))).toEqual(groups);
  });
});

describe("backtestSpec", () => {
  it("splits returns by the groups of the plan, or by asset", () => {
    const groups = groupsFrom("drinks: KO PEP AAPL; cars: F");
    const grouped = backtestSpec(HOLDINGS, { ...DEFAULT_BACKTEST, groups });
    const plain = backtestSpec(HOLDINGS, DEFAULT_BACKTEST);

    expect(grouped.attributionGroups).toEqual([{ name: "drinks", symbols: ["KO", "PEP"] }]);
    expect(plain.attributionGroups?.map(({ name }) => name)).toEqual(["KO", "PEP", "WMT"]);
  });

  it("leaves out those assets of the portfolio that expire, in a walk forward", () => {
    const address =
      "select=non-expiring&expires=KO 2020-05-01, XOM 2021-01-04&ahead=30&goals=equal";
    const rulesOf = (search: string) =>
      backtestSpec(HOLDINGS, backtestFromParams(new URLSearchParams(search))).strategies?.map(
        ({ preSelections }) => preSelections,
      )[0];

    expect(rulesOf(address)).toEqual([
      {
        rule: {
          case: "nonExpiring",
          value: { expirationDates: { KO: "2020-05-01" }, lookaheadDays: 30 },
        },
      },
    ]);
    expect(rulesOf(address.replace("KO", "F"))).toEqual([]);
    expect(rulesOf(`${address}&validation=purged`)).toEqual([]);
  });

  it("mixes all strategies into a further one", () => {
    const plan = backtestFromParams(
      new URLSearchParams("mix=stacked&goals=risk-parity,minimum-variance"),
    );
    const { strategies = [] } = backtestSpec(HOLDINGS, plan);
    const alone = backtestSpec(HOLDINGS, { ...plan, goals: ["risk-parity"] });

    expect(strategies.map(({ name }) => name)).toEqual(["Lowest risk", "Equal risk", "Mix"]);
    expect(strategies[2]?.method).toMatchObject({
      case: "ensemble",
      value: { members: [{}], stacking: { objective: { goal: { case: "maximumSharpe" } } } },
    });
    expect(alone.strategies).toHaveLength(1);
  });

  it("has every walk forward rest on the forecasts of a model, but for stacking", () => {
    const address = "mean=forecast-rank-21d@3&mix=stacked&goals=risk-parity,maximum-sharpe&plan=2";
    const plan = backtestFromParams(new URLSearchParams(address));
    const spec = backtestSpec(HOLDINGS, plan);
    const purged = backtestSpec(HOLDINGS, { ...plan, validation: "purged" });
    const methods = ({ strategies = [] }: typeof spec) =>
      strategies.map(({ optimization }) => optimization?.expectedReturns?.method?.case);

    expect(spec.strategies?.map(({ name }) => name)).toEqual([
      "Best Sharpe ratio",
      "Equal risk",
      "Mix",
      "Planned trades",
    ]);
    expect(methods(spec)).toEqual(["forecast", "forecast", "historicalMean", "forecast"]);
    expect(spec.strategies?.[0]?.optimization?.expectedReturns?.method?.value).toMatchObject({
      version: { modelId: "rank-21d", version: { case: "number", value: 3 } },
    });
    expect(spec.pastForecasts).toEqual({ fitPeriod: true });
    expect(methods(purged).includes("forecast")).toBe(false);
    expect(purged.pastForecasts).toBeUndefined();
  });
});
