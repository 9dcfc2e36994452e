// @vitest-environment node
import { create, equals, fromJsonString } from "@bufbuild/protobuf";
import { OptimizePortfolioRequestSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { describe, expect, it } from "vitest";
import { codeSnippets, messageLiteral } from "./code-snippets.ts";
import { DEFAULT_PROBLEM, type Problem } from "./problem.ts";
import { optimizeRequest } from "./problem-request.ts";

const PROBLEM: Problem = {
  ...DEFAULT_PROBLEM,
  symbols: ["AAPL", "O'NEIL"],
  startDate: "2015-01-02",
  covariance: { kind: "exponential", halfLifeDays: 60 },
  goal: { kind: "target-return", value: 0.15 },
};
const REQUEST = create(OptimizePortfolioRequestSchema, optimizeRequest(PROBLEM));

/** Takes the argument of `-d` out of a command, as a POSIX shell would read it. */
function dataOf(command: string): string {
  const quoted = /-d (?<data>'(?:[^']|'\\'')*')/u.exec(command)?.groups?.["data"] ?? "";
  return quoted.slice(1, -1).replaceAll("'\\''", "'");
}

describe("codeSnippets", () => {
  const snippets = codeSnippets(PROBLEM, "http://127.0.0.1:8080", false);

  it.each(["curl", "grpcurl"] as const)("sends exactly the request by %s", (tool) => {
    const sent = fromJsonString(OptimizePortfolioRequestSchema, dataOf(snippets[tool]));

    expect(equals(OptimizePortfolioRequestSchema, sent, REQUEST)).toBe(true);
  });

  it("names the method and the address as each tool wants them", () => {
    expect(snippets.curl).toContain(
      "http://127.0.0.1:8080/portfolio.optimization.v1.OptimizationService/OptimizePortfolio",
    );
    expect(snippets.grpcurl).toMatch(
      /^grpcurl -plaintext [\s\S]* 127\.0\.0\.1:8080 portfolio\.optimization\.v1\.OptimizationService\/OptimizePortfolio$/u,
    );
  });

  it("adds the port that grpcurl needs and leaves out -plaintext behind TLS", () => {
    const { grpcurl } = codeSnippets(PROBLEM, "https://folio.example", false);

    expect(grpcurl).not.toContain("-plaintext");
    expect(grpcurl).toContain(" folio.example:443 ");
  });

  it("takes the API key from the environment, and never holds the key itself", () => {
    const { curl, grpcurl, typescript } = codeSnippets(PROBLEM, "http://127.0.0.1:8080", true);

    for (const snippet of [curl, grpcurl, typescript]) {
      expect(snippet).toContain("PORTFOLIO_API_KEY");
    }
  });
});

describe("messageLiteral", () => {
  it("makes the same message again when it is run", () => {
    const text = messageLiteral(REQUEST);

    const made = create(OptimizePortfolioRequestSchema, new Function(`return (${text})`)());

    expect(equals(OptimizePortfolioRequestSchema, made, REQUEST)).toBe(true);
    expect(text).not.toContain("$typeName");
  });
});
