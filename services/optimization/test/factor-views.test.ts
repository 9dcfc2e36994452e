import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type BlackLittermanSchema,
  BlackLittermanForm as Form,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import { readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, startTestService, type TestService } from "./test-service.ts";

const SYMBOLS = ["AAPL", "JPM", "XOM"];
const MARKET = { name: "market", symbol: "SP500" };
const FIELD = "expected_returns.views.black_litterman";

type BlackLittermanInit = MessageInitShape<typeof BlackLittermanSchema>;

let service: TestService;
beforeAll(() => {
  service = startTestService(readSampleCloses());
});
afterAll(() => service.close());

function estimate(views?: BlackLittermanInit, symbols = SYMBOLS) {
  return service.client.estimateMoments({
    symbols,
    startDate: "2020-01-01",
    covariance: { method: { case: "sample", value: {} } },
    ...(views && {
      expectedReturns: { views: { method: { case: "blackLitterman", value: views } } },
    }),
  });
}

describe("Bayesian views on factors", () => {
  const bayesian = (views: BlackLittermanInit["views"]): BlackLittermanInit => ({
    form: Form.BAYESIAN,
    factors: [MARKET],
    views: views ?? [],
  });

  it("move each asset by its beta", async () => {
    const { views, provenance } = await estimate(
      bayesian([{ expression: "market == 2%", confidence: 1 }]),
    );
    const { estimates } = await estimate(undefined, [...SYMBOLS, "SP500"]);

    const covariance = estimates?.covariancePerYear?.values ?? [];
    const [seen] = views?.views ?? [];
    expect(seen?.posterior).toBeCloseTo(0.02, 12);
    expect(seen?.prior).toBeCloseTo(estimates?.expectedReturnsPerYear[3] ?? 0, 12);
    for (const i of SYMBOLS.keys()) {
      const beta = (covariance[4 * i + 3] ?? 0) / (covariance[15] ?? 0);
      const prior = views?.priorReturnsPerYear[i] ?? 0;
      const moved = (views?.posteriorReturnsPerYear[i] ?? 0) - prior;
      expect(moved).toBeCloseTo(beta * (0.02 - (seen?.prior ?? 0)), 12);
    }
    expect(provenance?.methodVersions["views"]).toBe("black-litterman-bayesian/1");
  });

  it("count 1/(1 + tau) where nothing is said of their confidence", async () => {
    const { views } = await estimate({ ...bayesian([{ expression: "market == 2%" }]), tau: 0.25 });

    const [{ prior = 0, posterior = 0 } = {}] = views?.views ?? [];
    expect(posterior).toBeCloseTo(prior + (0.02 - prior) / 1.25, 12);
  });

  it("leave the returns alone at confidence 0, also those of the caller", async () => {
    const { views, datesUsed } = await service.client.estimateMoments({
      symbols: SYMBOLS,
      expectedReturns: {
        method: { case: "given", value: { values: [0.1, 0.05, 0.02] } },
        views: {
          method: {
            case: "blackLitterman",
            value: bayesian([{ expression: "market == 9%", confidence: 0 }]),
          },
        },
      },
    });

    for (const [i, value] of [0.1, 0.05, 0.02].entries()) {
      expect(views?.posteriorReturnsPerYear[i]).toBeCloseTo(value, 12);
    }
    expect(datesUsed?.returnCount).toBeGreaterThan(1000);
  });

  it("optimize a portfolio, too", async () => {
    const { weights, views } = await service.client.optimizePortfolio({
      symbols: SYMBOLS,
      expectedReturns: {
        views: {
          method: { case: "blackLitterman", value: bayesian([{ expression: "market == 2%" }]) },
        },
      },
      objective: { goal: { case: "maximumSharpe", value: {} } },
    });

    expect(weights.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect(views?.views).toHaveLength(1);
  });

  it("name no assets", async () => {
    const failure = await failureOf(estimate(bayesian([{ expression: "AAPL == 2%" }])));

    expect(failure).toMatchObject({
      reason: "EXPRESSION_INVALID",
      fields: [`${FIELD}.views[0].expression`],
    });
  });
});

describe("views on assets and factors together", () => {
  const VIEWS = [
    { expression: "market == 2%", confidence: 0.7 },
    { expression: "AAPL - market == 3%", confidence: 0.4 },
  ];

  it("are those of a universe that holds the factors, too", async () => {
    const augmented = await estimate({ form: Form.AUGMENTED, factors: [MARKET], views: VIEWS });
    const original = await estimate(
      {
        views: VIEWS.map((view) => ({
          ...view,
          expression: view.expression.replace("market", "SP500"),
        })),
      },
      [...SYMBOLS, "SP500"],
    );

    for (const i of SYMBOLS.keys()) {
      const [one, other] = [augmented, original].map(({ views }) => views);
      expect(one?.posteriorReturnsPerYear[i]).toBeCloseTo(
        other?.posteriorReturnsPerYear[i] ?? 0,
        12,
      );
      expect(one?.posteriorVolatilitiesPerYear[i]).toBeCloseTo(
        other?.posteriorVolatilitiesPerYear[i] ?? 0,
        12,
      );
    }
    for (const [k, { posterior }] of augmented.views?.views.entries() ?? []) {
      expect(posterior).toBeCloseTo(original.views?.views[k]?.posterior ?? 0, 12);
    }
    expect(augmented.notices).toEqual([]);
    expect(augmented.provenance?.methodVersions["views"]).toBe("black-litterman-augmented/1");
  });

  it("say so when the covariance of the request has less risk than the factors explain", async () => {
    const values = [0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01];
    const { notices, estimates } = await service.client.estimateMoments({
      symbols: SYMBOLS,
      covariance: { method: { case: "given", value: { matrix: { rows: 3, cols: 3, values } } } },
      expectedReturns: {
        views: {
          method: {
            case: "blackLitterman",
            value: { form: Form.AUGMENTED, factors: [MARKET], views: VIEWS },
          },
        },
      },
    });

    expect(notices.map(({ reason }) => reason)).toEqual(["COVARIANCE_REPAIRED"]);
    expect(estimates?.covariancePerYear?.values[0]).toBeGreaterThan(0.01);
  });
});

describe("factors of views", () => {
  const VIEWS = [{ expression: "market == 2%" }];

  it.each([
    {
      name: "none, for the Bayesian form",
      value: { form: Form.BAYESIAN, views: VIEWS },
      reason: "REQUEST_INVALID",
      field: `${FIELD}.factors`,
    },
    {
      name: "some, for the original form",
      value: { factors: [MARKET], views: [{ expression: "AAPL == 2%" }] },
      reason: "REQUEST_INVALID",
      field: `${FIELD}.factors`,
    },
    {
      name: "a name twice",
      value: {
        form: Form.BAYESIAN,
        views: VIEWS,
        factors: [MARKET, { name: "Market", symbol: "KO" }],
      },
      reason: "REQUEST_INVALID",
      field: `${FIELD}.factors[1].name`,
    },
    {
      name: "a name that an asset has",
      value: { form: Form.AUGMENTED, views: VIEWS, factors: [{ name: "aapl", symbol: "SP500" }] },
      reason: "REQUEST_INVALID",
      field: `${FIELD}.factors[0].name`,
    },
    {
      name: "a symbol twice",
      value: {
        form: Form.BAYESIAN,
        views: VIEWS,
        factors: [MARKET, { name: "again", symbol: "sp500" }],
      },
      reason: "SYMBOL_REPEATED",
      field: `${FIELD}.factors[1].symbol`,
    },
    {
      name: "a symbol that is not there",
      value: {
        form: Form.AUGMENTED,
        views: VIEWS,
        factors: [
          { name: "apple", symbol: "AAPL" },
          { ...MARKET, symbol: "NONE" },
        ],
      },
      reason: "SYMBOL_UNKNOWN",
      field: `${FIELD}.factors[1].symbol`,
    },
  ])("are refused: $name", async ({ value, reason, field }) => {
    expect(await failureOf(estimate(value))).toMatchObject({ reason, fields: [field] });
  });
});
