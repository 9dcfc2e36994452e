import { create, type Message, toJson } from "@bufbuild/protobuf";
import {
  type OptimizePortfolioRequest,
  OptimizePortfolioRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { Problem } from "./problem.ts";
import { optimizeRequest } from "./problem-request.ts";

const METHOD = "portfolio.optimization.v1.OptimizationService/OptimizePortfolio";

/** One request, written in three ways that can be run as they are. */
export interface CodeSnippets {
  readonly curl: string;
  readonly grpcurl: string;
  readonly typescript: string;
}

/**
 * Writes the request of a problem as commands and code.
 *
 * @param origin - Address of the gateway, such as `http://127.0.0.1:8080`.
 * @param needsKey - Whether to send the API key, which the commands read from `PORTFOLIO_API_KEY`.
 */
export function codeSnippets(problem: Problem, origin: string, needsKey: boolean): CodeSnippets {
  const request = create(OptimizePortfolioRequestSchema, optimizeRequest(problem));
  const json = toJson(OptimizePortfolioRequestSchema, request);
  const body = quoteForShell(JSON.stringify(json, null, 2));
  const { host, protocol } = new URL(origin);
  const key = needsKey ? ` \\\n  -H "authorization: Bearer $PORTFOLIO_API_KEY"` : "";
  const plaintext = protocol === "http:" ? " -plaintext" : "";
  const address = host.includes(":") ? host : `${host}:${protocol === "http:" ? 80 : 443}`;
  return {
    curl: `curl -sS ${origin}/${METHOD} \\\n  -H 'content-type: application/json'${key} \\\n  -d ${body}`,
    grpcurl: `grpcurl${plaintext}${key.replace(" \\\n  ", " ")} -d ${body} \\\n  ${address} ${METHOD}`,
    typescript: typescriptSnippet(request, origin, needsKey),
  };
}

/** The request of a problem in the JSON form of the contract. */
export function requestJson(problem: Problem): unknown {
  const request = create(OptimizePortfolioRequestSchema, optimizeRequest(problem));
  return toJson(OptimizePortfolioRequestSchema, request);
}

/** Writes a message as the object literal that makes it. Fields that are at their default are left out. */
export function messageLiteral(message: Message): string {
  return literal(message, "");
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function typescriptSnippet(
  request: OptimizePortfolioRequest,
  origin: string,
  needsKey: boolean,
): string {
  const options = needsKey
    ? `, {
  interceptors: [(next) => (call) => {
    call.header.set("authorization", \`Bearer \${process.env.PORTFOLIO_API_KEY}\`);
    return next(call);
  }],
}`
    : "";
  return `import { createClients } from "@portfolio/gen";

const clients = createClients(${JSON.stringify(origin)}${options});
const answer = await clients.optimization.optimizePortfolio(${literal(request, "")});

for (const { symbol, weight } of answer.weights) {
  console.log(symbol, weight);
}
`;
}

function literal(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    return `[${value.map((item) => literal(item, indent)).join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  const inner = `${indent}  `;
  const fields = Object.entries(value)
    .filter(([name, field]) => name !== "$typeName" && !isDefault(field))
    .map(([name, field]) => `${inner}${name}: ${literal(field, inner)},\n`);
  return fields.length === 0 ? "{}" : `{\n${fields.join("")}${indent}}`;
}

function isDefault(value: unknown): boolean {
  return (
    value === undefined ||
    value === "" ||
    (Array.isArray(value) && value.length === 0) ||
    isEmptyMap(value) ||
    isUnsetChoice(value)
  );
}

function isEmptyMap(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !("$typeName" in value) &&
    Object.keys(value).length === 0
  );
}

function isUnsetChoice(value: unknown): boolean {
  return typeof value === "object" && value !== null && "case" in value && value.case === undefined;
}
