// Optimizes a portfolio of five stocks through the TypeScript SDK. Run: npx tsx docs/examples/typescript-client.ts
import { createClients } from "@portfolio/gen";

const { optimization } = createClients(process.argv[2] ?? "http://127.0.0.1:8080");

const portfolio = await optimization.optimizePortfolio({
  symbols: ["AAPL", "JPM", "KO", "PG", "XOM"],
  startDate: "2013-01-01",
  objective: { goal: { case: "maximumSharpe", value: {} } },
  constraints: { defaultMax: 0.4 },
});

const lines = portfolio.weights.map(
  ({ symbol, weight }) => `${symbol.padEnd(5)} ${(weight * 100).toFixed(2).padStart(6)} %`,
);
process.stdout.write(`${lines.join("\n")}\nSharpe ratio ${portfolio.sharpeRatio.toFixed(3)}\n`);
