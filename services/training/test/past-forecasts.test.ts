import type { GetPastForecastsRequest } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import type { ForecastRule } from "@portfolio/learning";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { normalSource, randomSource } from "@portfolio/quant";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Replay } from "../src/domain/model-version.ts";
import { failureOf } from "./failure-of.ts";
import {
  type DraftOptions,
  draftVersion,
  type ForecastingService,
  startForecastingService,
} from "./forecasting-service.ts";

const HORIZON = 21;
const closes = readSampleCloses();
const symbols = [...closes.keys()].slice(0, 4);
const dates = [...(closes.get(symbols[0] ?? "") ?? new Map<string, number>()).keys()];
const rule: ForecastRule = { kind: "baseline", name: "momentum" };

/** Forecasts of the last 600 days that were half right, and what came. */
function replay(): Replay {
  const rows = 600;
  const start = dates.length - rows;
  const noise = normalSource(randomSource(1));
  const closeOf = (k: number, t: number) =>
    closes.get(symbols[k] ?? "")?.get(dates[t] ?? "") ?? Number.NaN;
  const outcomes = new Float64Array(rows * symbols.length);
  for (let k = 0; k < outcomes.length; k++) {
    const [t, j] = [start + Math.floor(k / symbols.length), k % symbols.length];
    outcomes[k] = closeOf(j, t + HORIZON) / closeOf(j, t) - 1;
  }
  const shape = { rows, cols: symbols.length };
  return {
    symbols,
    dates: dates.slice(start),
    forecasts: { ...shape, values: outcomes.map((value) => (value || 0) + 0.05 * noise()) },
    outcomes: { ...shape, values: outcomes },
  };
}

let service: ForecastingService;

beforeAll(async () => {
  service = await startForecastingService(closes);
  const target = { kind: "return", horizonDays: HORIZON } as const;
  const add = (options: Omit<DraftOptions, "modelId" | "rule" | "symbols" | "target">) =>
    service.forecasting.registry.addVersion(
      draftVersion({ modelId: "past", rule, symbols, target, ...options }),
    );
  await add({ replay: replay() });
  await add({ replay: replay(), isPurged: true });
  await add({ replay: replay(), members: [1, 2] });
  await add({});
  await service.forecasting.registry.setAlias(
    {
      ...{ modelId: "past", alias: "champion", version: 1 },
      ...{ actor: "person", reason: "", evidence: "" },
    },
    undefined,
  );
}, 60_000);
afterAll(() => service.close());

const ask = (number: number, request: Partial<GetPastForecastsRequest> = {}) =>
  service.client.getPastForecasts({
    version: { modelId: "past", version: { case: "number", value: number } },
    ...(request as object),
  });
const doubles = (matrix: { f64Le: Uint8Array } | undefined) => [
  ...new Float64Array((matrix?.f64Le ?? new Uint8Array()).slice().buffer),
];

describe("GetPastForecasts", () => {
  it("says from when to when there are forecasts, and where they come from", async () => {
    const { source, firstDate, lastDate, madeOnDates } = await service.client.getPastForecasts({
      version: { modelId: "past" },
    });

    // 12 horizons of outcomes are known a horizon after the last of them.
    expect(firstDate).toBe(dates[dates.length - 600 + 12 * HORIZON - 1 + HORIZON]);
    expect(lastDate).toBe(dates.at(-1));
    expect(madeOnDates).toEqual([]);
    expect(source).toMatchObject({
      ...{ modelId: "past", version: 1, alias: "champion", trainedUntil: "2022-12-28" },
      dataset: { id: "sample", revision: 3 },
    });
    expect(source?.snapshotHash).toMatch(/^[0-9a-f]{64}$/u);
  });

  it("gives the symbols that are asked for, as of a day without prices the day before it", async () => {
    const asOfDates = [dates.at(-50) ?? "", "2022-12-31"];
    const whole = await ask(1, { asOfDates });
    const part = await ask(1, { asOfDates, symbols: [symbols[2] ?? "", symbols[0] ?? ""] });

    expect(part.madeOnDates).toEqual([asOfDates[0], dates.at(-1)]);
    expect(part.confidences).toEqual(whole.confidences);
    expect(whole.confidences.every((value) => value > 0.01)).toBe(true);
    const rows = doubles(whole.expectedExcessReturnsPerYear);
    expect(doubles(part.expectedExcessReturnsPerYear)).toEqual([
      rows[2],
      rows[0],
      rows[6],
      rows[4],
    ]);
    const stale = await ask(1, { asOfDates, maxAgeDays: 1 });
    expect(stale.madeOnDates).toEqual([asOfDates[0], ""]);
    expect(doubles(stale.scores).slice(symbols.length).every(Number.isNaN)).toBe(true);
  });

  it("refuses versions whose validation knew of later days, and mixtures of them", async () => {
    for (const number of [2, 3]) {
      const failure = await failureOf(ask(number));
      expect(failure.reason).toBe("FORECAST_LOOKS_AHEAD");
      expect(failure.message).toContain("Version 2 of model past");
    }
  });

  it("says what is missing or wrong", async () => {
    const reason = async (number: number, request: Partial<GetPastForecastsRequest> = {}) =>
      (await failureOf(ask(number, request))).reason;

    expect(await reason(4)).toBe("FORECASTS_MISSING");
    expect(await reason(9)).toBe("VERSION_UNKNOWN");
    expect(await reason(1, { symbols: ["NONE"] })).toBe("SYMBOL_NOT_FORECAST");
    expect(await reason(1, { asOfDates: ["2020-02-30"] })).toBe("DATE_INVALID");
    expect(await reason(1, { asOfDates: ["2020-02-03", "2020-02-03"] })).toBe("REQUEST_INVALID");
  });
});
