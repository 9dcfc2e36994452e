import type { Backtest } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { call } from "../api/call.ts";
import { newRequestId } from "../api/request-id.ts";
import { type JobEntry, jobEntry } from "../jobs/job-entry.ts";
import type { BacktestPlan } from "./backtest-plan.ts";
import {
  type BacktestReport,
  backtestReport,
  type PartialPath,
  partialPaths,
} from "./backtest-report.ts";
import { backtestSpec } from "./backtest-spec.ts";
import type { Holdings } from "./holdings.ts";

const LISTED = 20;

/** A backtest that was started. */
export interface BacktestEntry {
  readonly id: string;
  readonly name: string;
  /** RFC 3339, UTC. */
  readonly createTime: string;
  readonly strategies: readonly string[];
  readonly job: JobEntry | undefined;
}

/** Asks for a backtest, with its report once its job is done. */
export function backtestQuery(id: string) {
  return {
    queryKey: ["backtest", id],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(
        async (
          clients,
        ): Promise<{
          entry: BacktestEntry | undefined;
          report: BacktestReport | undefined;
          partial: readonly PartialPath[];
        }> => {
          const answer = await clients.backtest.getBacktest({ id }, { signal });
          const { backtest, result, partial } = answer;
          return {
            entry: backtest && backtestEntry(backtest),
            report: result && backtestReport(result),
            partial: partialPaths(partial),
          };
        },
      ),
    enabled: id !== "",
    staleTime: 0,
  };
}

/** Lists the newest backtests. */
export function backtestsQuery() {
  return {
    queryKey: ["backtests"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const answer = await clients.backtest.listBacktests({ pageSize: LISTED }, { signal });
        return answer.backtests.map(backtestEntry);
      }),
    staleTime: 0,
  };
}

/** Starts a backtest of the assets of a portfolio, and returns its identifier. */
export function startBacktest(holdings: Holdings, plan: BacktestPlan): Promise<string> {
  return call(async (clients) => {
    const { backtest } = await clients.backtest.startBacktest({
      spec: backtestSpec(holdings, plan),
      name: holdings.name.slice(0, 120),
      requestId: newRequestId(),
    });
    return backtest?.id ?? "";
  });
}

/** Asks the job of a backtest to stop. */
export function cancelJob(id: string): Promise<void> {
  return call(async (clients) => void (await clients.job.cancelJob({ id })));
}

/** Lets the job of a backtest go on from its last checkpoint. */
export function retryJob(id: string): Promise<void> {
  return call(async (clients) => void (await clients.job.retryJob({ id })));
}

function backtestEntry({ id, name, createTime, spec, job }: Backtest): BacktestEntry {
  return {
    id,
    name,
    createTime,
    strategies: spec?.strategies.map((strategy) => strategy.name) ?? [],
    job: job && jobEntry(job),
  };
}
