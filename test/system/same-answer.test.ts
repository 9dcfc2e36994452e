// The same question over every way in must have the same answer, to the last bit.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { JsonObject } from "@bufbuild/protobuf";
import { fromJson, toJson } from "@bufbuild/protobuf";
import { createClients } from "@portfolio/gen";
import {
  OptimizePortfolioRequestSchema,
  OptimizePortfolioResponseSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grpcurl, grpcurlList, hasGrpcurl } from "./grpcurl.ts";
import { type RunningSystem, removeHome, startSystem } from "./start-system.ts";

const METHOD = "portfolio.optimization.v1.OptimizationService/OptimizePortfolio";
const REQUEST = {
  symbols: ["AAPL", "JPM", "KO", "MSFT", "PG", "XOM"],
  startDate: "2012-01-01",
  endDate: "2022-12-28",
  riskFreeRatePerYear: 0.02,
  objective: { maximumSharpe: {} },
  constraints: { defaultMax: 0.4, groups: [{ symbols: ["AAPL", "MSFT"], max: 0.5 }] },
} satisfies JsonObject;

interface Answer {
  readonly weights: readonly { readonly symbol: string; readonly weight: number }[];
}

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system.stop();
  await removeHome(system.homeDirectory);
});

/**
 * The answer in its one JSON form, so that defaults that some client writes out do not count as a
 * difference, and without the time that it took.
 */
function normalize(answer: unknown): unknown {
  const message = fromJson(OptimizePortfolioResponseSchema, answer as JsonObject);
  if (message.certificate !== undefined) {
    delete message.certificate.solveTime;
  }
  return toJson(OptimizePortfolioResponseSchema, message);
}

async function bySdk(): Promise<unknown> {
  const { optimization } = createClients(system.url);
  const request = fromJson(OptimizePortfolioRequestSchema, REQUEST);
  const answer = await optimization.optimizePortfolio(request);
  return normalize(toJson(OptimizePortfolioResponseSchema, answer));
}

async function byCurl(...options: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)("curl", [
    "-sS",
    ...options,
    "-H",
    "content-type: application/json",
    "-d",
    JSON.stringify(REQUEST),
    `${system.url}/${METHOD}`,
  ]);
  return JSON.parse(stdout);
}

describe("the same request", () => {
  it("gives weights that sum to 1 and respect the bounds", async () => {
    const { weights } = (await bySdk()) as Answer;

    const values = weights.map(({ weight = 0 }) => weight);
    expect(values.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(Math.max(...values)).toBeLessThanOrEqual(0.4 + 1e-12);
  });

  it("gives the same weights by curl over HTTP/1.1 and h2c as by the TypeScript client", async () => {
    const expected = await bySdk();

    expect(normalize(await byCurl("--http1.1"))).toEqual(expected);
    expect(normalize(await byCurl("--http2-prior-knowledge"))).toEqual(expected);
  });

  it.runIf(hasGrpcurl)(
    "gives the same weights by grpcurl at the gateway and at the service",
    async () => {
      const expected = await bySdk();
      const gateway = new URL(system.url).host;

      expect(normalize(await grpcurl(gateway, METHOD, REQUEST))).toEqual(expected);
      expect(normalize(await grpcurl(system.grpcAddress.optimization, METHOD, REQUEST))).toEqual(
        expected,
      );
    },
  );

  it("gives the same answer after a restart", async () => {
    const expected = await bySdk();

    await system.stop();
    system = await startSystem({ homeDirectory: system.homeDirectory });

    expect(await bySdk()).toEqual(expected);
  });
});

describe.runIf(hasGrpcurl)("grpcurl", () => {
  it("lists the services of the whole system at the gateway", async () => {
    const services = await grpcurlList(new URL(system.url).host);

    expect(services).toEqual(
      expect.arrayContaining([
        "portfolio.data.v1.InstrumentService",
        "portfolio.data.v1.PriceService",
        "portfolio.gateway.v1.StatusService",
        "portfolio.jobs.v1.JobService",
        "portfolio.optimization.v1.BacktestService",
        "portfolio.optimization.v1.OptimizationService",
        "portfolio.optimization.v1.PortfolioService",
        "portfolio.optimization.v1.StressService",
      ]),
    );
  });

  it("lists each service's own methods at its port", async () => {
    const methods = await grpcurlList(system.grpcAddress.data, "portfolio.data.v1.PriceService");

    expect(methods).toContain("portfolio.data.v1.PriceService.ImportPrices");
  });
});
