import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  type CovarianceSchema,
  DenoiseMethod,
  type FactorSelectionSchema,
  GerberForm,
  MissingDataMethod,
  SelectionCriterion,
  ShrinkageTarget,
  StepwiseDirection,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import { closesOf, dayOf, readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { covarianceFromFactors, sampleCovariance, simpleReturns } from "@portfolio/quant";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

type Covariance = NonNullable<MessageInitShape<typeof CovarianceSchema>>;
type Method = NonNullable<Covariance["method"]>;
type Triangles = Readonly<Record<string, readonly number[]>>;

/** Reads answers of other programs per day, lower triangles: see make_covariances.py there. */
function readAnswers(name: string): Readonly<Record<string, Triangles>> {
  const folder = join(import.meta.dirname, "../../../packages/quant/test/reference");
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

const DAYS = 250;
const INDICES = ["SP500", "MTUM", "QUAL", "SIZE", "USMV", "VLUE"];
const closes = readSampleCloses();
const stocks = [...closes.keys()].filter((symbol) => !INDICES.includes(symbol));
const startDate = [...(closes.get("AAPL")?.keys() ?? [])].at(-DAYS - 1) ?? "";
const structured = readAnswers("covariances.json");
const models = readAnswers("covariance-models.json");

const YEAR = 252;

// Made by Riskfolio-Lib: see make_factor_selection.py there.
const chosenLoadings: Triangles = JSON.parse(
  readFileSync(
    join(import.meta.dirname, "../../../packages/quant/test/reference/factor-selection.json"),
    "utf8",
  ),
);

/** Returns of the six indices over the period of the tests. */
function indexReturns() {
  const dates = [...(closes.get("AAPL")?.keys() ?? [])].slice(-DAYS - 1);
  const values = Float64Array.from(
    dates.flatMap((date) => INDICES.map((symbol) => closes.get(symbol)?.get(date) ?? Number.NaN)),
  );
  return simpleReturns({ rows: dates.length, cols: INDICES.length, values });
}

// Made by pyqlib: see make_moments.py there.
const { poet } = JSON.parse(
  readFileSync(
    join(import.meta.dirname, "../../../packages/quant/test/reference/moments.json"),
    "utf8",
  ),
) as { poet: readonly { readonly factors: number; readonly covariance: readonly number[] }[] };
const impliedVolatilities = stocks.map((_, i) => (0.01 + (0.02 * i) / 19) * Math.sqrt(YEAR));

const CASES: readonly {
  readonly name: string;
  readonly method: Method;
  readonly expected: unknown;
  readonly version: string;
}[] = [
  {
    name: "semicovariance",
    method: { case: "semicovariance", value: {} },
    expected: structured["semi"]?.["zero"],
    version: "semicovariance/1",
  },
  ...(["SCALED_IDENTITY", "DIAGONAL", "CONSTANT_CORRELATION"] as const).map((target) => ({
    name: `shrinkage to ${target}`,
    method: {
      case: "givenShrinkage" as const,
      value: { intensity: 0.3, target: ShrinkageTarget[target] },
    },
    expected:
      structured["shrunk"]?.[
        {
          SCALED_IDENTITY: "identity",
          DIAGONAL: "variances",
          CONSTANT_CORRELATION: "constant-correlation",
        }[target]
      ],
    version: "given-shrinkage/1",
  })),
  ...(["FIXED", "SPECTRAL", "SHRINK"] as const).map((method) => ({
    name: `denoised ${method}`,
    method: { case: "denoised" as const, value: { method: DenoiseMethod[method], alpha: 0.4 } },
    expected: structured["denoised"]?.[method.toLowerCase()],
    version: "denoised/1",
  })),
  ...([1, 2] as const).map((form) => ({
    name: `Gerber ${form}`,
    method: { case: "gerber" as const, value: { form: GerberForm[`GERBER_FORM_${form}`] } },
    expected: structured["gerber"]?.[form],
    version: "gerber/1",
  })),
  {
    name: "three principal factors",
    method: { case: "factorModel", value: { componentCount: 3 } },
    expected: structured["principal"]?.["three"],
    version: "principal-factors/1",
  },
  {
    name: "six given factors",
    method: { case: "factorModel", value: { factorSymbols: INDICES } },
    expected: models["regression"]?.["covariance"],
    version: "regression-factors/1",
  },
  {
    name: "local-global",
    method: { case: "localGlobal", value: {} },
    expected: models["localGlobal"],
    version: "local-global/1",
  },
  ...([0, 1, 2] as const).map((k) => ({
    name: `POET with threshold ${k + 1}`,
    method: {
      case: "thresholdedComponents" as const,
      value: { componentCount: 3, constant: 0.7, threshold: k + 1 },
    },
    expected: poet.filter(({ factors }) => factors === 3)[k]?.covariance,
    version: "thresholded-components/1",
  })),
  {
    name: "implied volatility",
    method: {
      case: "impliedVolatility",
      value: { volatilitiesPerYear: impliedVolatilities },
    },
    expected: models["implied"],
    version: "implied-volatility/1",
  },
];

const REPEATED: readonly Method[] = [
  { case: "graphicalLasso", value: { penalty: 0.2 } },
  { case: "minimumCovarianceDeterminant", value: { seed: 3 } },
  { case: "regimeAdjusted", value: {} },
  { case: "unequalHistories", value: {} },
  { case: "denoised", value: { detonedComponents: 1 } },
  { case: "factorModel", value: {} },
  { case: "thresholdedComponents", value: {} },
];

const REFUSED: readonly {
  readonly name: string;
  readonly method: Method;
  readonly code: Code;
  readonly reason: string;
  readonly field: string;
}[] = [
  {
    name: "volatilities of the wrong number",
    method: { case: "impliedVolatility", value: { volatilitiesPerYear: [0.2] } },
    code: Code.InvalidArgument,
    reason: "ESTIMATE_SHAPE_WRONG",
    field: "covariance.implied_volatility.volatilities_per_year",
  },
  {
    name: "a volatility of 0",
    method: {
      case: "impliedVolatility",
      value: { volatilitiesPerYear: [0.2, 0] },
    },
    code: Code.InvalidArgument,
    reason: "REQUEST_INVALID",
    field: "covariance.implied_volatility.volatilities_per_year[1]",
  },
  {
    name: "components and factors at once",
    method: { case: "factorModel", value: { componentCount: 1, factorSymbols: ["SP500"] } },
    code: Code.InvalidArgument,
    reason: "REQUEST_INVALID",
    field: "covariance.factor_model.component_count",
  },
  {
    name: "a choice among no factors",
    method: {
      case: "factorModel",
      value: { selection: { method: { case: "stepwise", value: {} } } },
    },
    code: Code.InvalidArgument,
    reason: "REQUEST_INVALID",
    field: "covariance.factor_model.selection",
  },
  {
    name: "a choice that is not made",
    method: { case: "factorModel", value: { factorSymbols: ["SP500"], selection: {} } },
    code: Code.InvalidArgument,
    reason: "REQUEST_INVALID",
    field: "covariance.factor_model.selection",
  },
  {
    name: "a factor twice",
    method: { case: "factorModel", value: { factorSymbols: ["SP500", "sp500"] } },
    code: Code.InvalidArgument,
    reason: "SYMBOL_REPEATED",
    field: "covariance.factor_model.factor_symbols[1]",
  },
  {
    name: "a factor that is not there",
    method: { case: "factorModel", value: { factorSymbols: ["AAPL", "NONE"] } },
    code: Code.NotFound,
    reason: "SYMBOL_UNKNOWN",
    field: "covariance.factor_model.factor_symbols[1]",
  },
];

describe("covariances of the bundled sample", () => {
  let service: TestService;
  beforeAll(() => {
    service = startTestService(closes);
  });
  afterAll(() => service.close());

  const covarianceOf = async (method: Method) => {
    const answer = await service.client.traceFrontier({
      symbols: stocks,
      startDate,
      covariance: { method },
      includeEstimates: true,
    });
    return { ...answer, values: answer.estimates?.covariancePerYear?.values ?? [] };
  };

  it.each(CASES)("agree with another program: $name", async ({ method, expected, version }) => {
    const { values, provenance } = await covarianceOf(method);

    const triangle = expected as readonly number[];
    expect(triangle).toHaveLength(210);
    for (let i = 0, k = 0; i < 20; i++) {
      for (let j = 0; j <= i; j++, k++) {
        expect(Math.abs(Number(values[i * 20 + j]) - YEAR * Number(triangle[k]))).toBeLessThan(
          1e-12,
        );
      }
    }
    expect(provenance?.methodVersions["covariance"]).toBe(version);
  });

  it.each(REPEATED)("give the same answer to the same question: $case", async (method) => {
    const first = await covarianceOf(method);
    const second = await covarianceOf(method);

    expect(first.values).toHaveLength(400);
    expect(first.values.every(Number.isFinite)).toBe(true);
    expect(second.values).toEqual(first.values);
    expect(second.provenance?.contentHash).toBe(first.provenance?.contentHash);
  });

  it("is the sample covariance from unequal histories without gaps", async () => {
    const pairwise = await covarianceOf({ case: "unequalHistories", value: {} });
    const sample = await covarianceOf({ case: "sample", value: {} });

    for (const [k, value] of sample.values.entries()) {
      expect(pairwise.values[k]).toBeCloseTo(value, 14);
    }
  });

  it("say that the original Gerber statistic had to be repaired", async () => {
    const { notices } = await covarianceOf({
      case: "gerber",
      value: { form: GerberForm.GERBER_FORM_0 },
    });

    expect(notices.map(({ reason }) => reason)).toContain("COVARIANCE_REPAIRED");
  });

  it("come with their condition number and shrinkage", async () => {
    const optimize = (method: Method) =>
      service.client.optimizePortfolio({
        symbols: stocks,
        startDate,
        covariance: { method },
        objective: { goal: { case: "minimumVariance", value: {} } },
      });
    const sample = await optimize({ case: "sample", value: {} });
    const shrunk = await optimize({ case: "givenShrinkage", value: { intensity: 0.3 } });
    const condition = Number(models["condition"]);

    expect(Number(sample.estimateQuality?.conditionNumber) / condition).toBeCloseTo(1, 9);
    expect(sample.estimateQuality?.shrinkage).toBe(0);
    expect(shrunk.estimateQuality?.shrinkage).toBe(0.3);
    expect(shrunk.estimateQuality?.conditionNumber).toBeLessThan(condition);
  });

  it.each<{ name: string; selection: MessageInitShape<typeof FactorSelectionSchema> }>([
    { name: "forward p-value", selection: { method: { case: "stepwise", value: {} } } },
    {
      name: "backward schwarz",
      selection: {
        method: {
          case: "stepwise",
          value: {
            direction: StepwiseDirection.BACKWARD,
            criterion: SelectionCriterion.SCHWARZ,
          },
        },
      },
    },
    {
      name: "components 0.9",
      selection: { method: { case: "principalComponents", value: { varianceShare: 0.9 } } },
    },
  ])("rest on the factors that Riskfolio-Lib chooses: $name", async ({ name, selection }) => {
    const { values } = await covarianceOf({
      case: "factorModel",
      value: { factorSymbols: INDICES, selection },
    });

    const loadings = Float64Array.from(chosenLoadings[name] ?? []);
    const factorCovariance = sampleCovariance(indexReturns());
    const expected = covarianceFromFactors({
      ...{ loadings: { rows: 20, cols: 6, values: loadings }, factorCovariance },
      specificVariances: new Float64Array(20),
    });
    for (let k = 0; k < 400; k++) {
      if (k % 21 !== 0) {
        expect(Number(values[k])).toBeCloseTo(YEAR * Number(expected.values[k]), 12);
      }
    }
  });

  it("measure a portfolio, too, and read each factor once", async () => {
    const { volatilityPerYear } = await service.client.analyzePortfolio({
      positions: [{ symbol: "AAPL", weight: 1 }],
      startDate,
      covariance: { method: { case: "factorModel", value: { factorSymbols: ["aapl", "SP500"] } } },
    });
    const sample = await service.client.analyzePortfolio({
      positions: [{ symbol: "AAPL", weight: 1 }],
      startDate,
    });

    // A factor model keeps the variances.
    expect(volatilityPerYear).toBeCloseTo(sample.volatilityPerYear, 12);
  });

  it.each(REFUSED)("refuse $name", async ({ method, code, reason, field }) => {
    const failure = await failureOf(
      service.client.traceFrontier({ symbols: ["AAPL", "KO"], covariance: { method } }),
    );

    expect(failure).toMatchObject({ code, reason, fields: [field] });
  });

  it("refuse a minimum covariance determinant with fewer days than assets", async () => {
    const failure = await failureOf(
      service.client.traceFrontier({
        symbols: stocks,
        startDate: "2022-12-15",
        covariance: { method: { case: "minimumCovarianceDeterminant", value: {} } },
      }),
    );

    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "REQUEST_INVALID" });
    expect(failure.message).toContain("more days than assets");
  });
});

describe("covariances from unequal histories", () => {
  // B has no price before day 6, so that the two share six days, and A has twelve.
  const a = [100, 103, 99, 104, 98, 105, 104, 105, 103, 106, 104, 107];
  const b = [50, 51, 50, 52, 50, 53];
  const late = new Map([
    ["A", closesOf({ A: a }).get("A") ?? new Map<string, number>()],
    ["B", new Map(b.map((price, t) => [dayOf(t + 6), price]))],
  ]);
  let service: TestService;
  beforeAll(() => {
    service = startTestService(late);
  });
  afterAll(() => service.close());

  it.each([
    { method: MissingDataMethod.PAIRWISE, divisor: 10 },
    { method: MissingDataMethod.EXPECTATION_MAXIMIZATION, divisor: 11 },
  ])("use every day that an asset has: $method", async ({ method, divisor }) => {
    const { estimates } = await service.client.traceFrontier({
      symbols: ["A", "B"],
      covariance: { method: { case: "unequalHistories", value: { method } } },
      includeEstimates: true,
    });

    // By hand: the variance of all eleven returns of A, by T − 1 or by T.
    const returns = a.slice(1).map((price, t) => price / Number(a[t]) - 1);
    const mean = returns.reduce((sum, x) => sum + x, 0) / returns.length;
    const squares = returns.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    expect(estimates?.covariancePerYear?.values[0]).toBeCloseTo((YEAR * squares) / divisor, 9);
  });
});
