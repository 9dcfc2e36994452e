import { fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { BacktestSpecSchema } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import type {
  PartialBacktestSchema,
  PartialPortfolioSchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_report_pb.js";
import type { FoundBacktest } from "../../app/get-backtest.ts";
import { decodeCheckpoint } from "../../domain/backtest-checkpoint.ts";
import { dateOf } from "../../domain/backtest-days.ts";
import type { BacktestCheckpoint } from "../../domain/backtest-task.ts";
import { writeSeries } from "./write-numbers.ts";

/** Writes how far a backtest is; nothing before its first decision, and without a walk forward. */
export function writePartial({
  backtest,
  checkpoint,
}: Pick<FoundBacktest, "backtest" | "checkpoint">):
  | MessageInitShape<typeof PartialBacktestSchema>
  | undefined {
  const known = checkpoint && decodeCheckpoint(checkpoint);
  if (known?.kind !== "simulations") {
    return undefined;
  }
  const { strategies } = fromBinary(BacktestSpecSchema, backtest.spec);
  const written = portfoliosOf(known);
  return {
    portfolios: written.map((one, k) => ({ ...one, name: strategies[k]?.name.trim() ?? "" })),
  };
}

type Simulations = Extract<BacktestCheckpoint, { kind: "simulations" }>;

function portfoliosOf({
  days,
  decisionTotal,
  finished,
  current,
}: Simulations): MessageInitShape<typeof PartialPortfolioSchema>[] {
  const done = finished.map(({ result }) => ({
    values: writeSeries(Array.from(result.days, dateOf), result.daily.values),
    decisionCount: decisionTotal,
    decisionTotal,
  }));
  if (current === undefined) {
    return done;
  }
  const { firstRow, row, daily, decisionCount } = current;
  const dates = Array.from(days.subarray(firstRow, row + 1), dateOf);
  const values = writeSeries(dates, daily.values.slice(0, dates.length));
  return [...done, { values, decisionCount, decisionTotal }];
}
