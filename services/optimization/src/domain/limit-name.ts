import type { BindingLimit } from "@portfolio/quant";
import { measureText } from "./measure-text.ts";
import { CENTRALITY_NAME } from "./network-limits.ts";
import { compactText, percentText } from "./number-text.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Names a limit for people, such as `AAPL at most 30 %`. */
export function limitName(
  { ref, limit }: Pick<BindingLimit, "ref" | "limit">,
  task: OptimizationTask,
): string {
  const amount = percentText(limit);
  switch (ref.type) {
    case "lower":
      return `${task.symbols[ref.asset]} at least ${amount}`;
    case "upper":
      return `${task.symbols[ref.asset]} at most ${amount}`;
    case "row-lower":
    case "row-upper": {
      const name = task.limits.rows[ref.row]?.name;
      const own = name === CENTRALITY_NAME ? compactText(limit) : amount;
      return `${name} at ${ref.type === "row-lower" ? "least" : "most"} ${own}`;
    }
    case "budget-lower":
      return `at least ${amount} invested`;
    case "budget-upper":
      return `at most ${amount} invested`;
    case "long":
      return `long positions at most ${amount}`;
    case "short":
      return `short positions at most ${amount}`;
    case "gross":
      return `gross exposure at most ${amount}`;
    case "turnover":
      return `turnover at most ${amount}`;
    case "tracking-error":
      return `tracking error at most ${amount}`;
    case "target":
      return `the target of ${amount}`;
    case "count":
      return "the number of assets";
    case "choice":
      return `the least size of ${task.symbols[ref.asset]}, ${amount}`;
    case "share":
      return `risk share ${ref.index + 1}`;
    case "risk": {
      const measure = task.portfolioLimits.riskLimits?.[ref.index]?.measure;
      return `${measure ? measureText(measure) : "risk"} at most ${compactText(limit)}`;
    }
  }
}
