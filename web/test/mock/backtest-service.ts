import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import { JobState } from "@portfolio/gen/portfolio/jobs/v1/job_pb.js";
import type { BacktestResult } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import {
  BacktestSchema,
  type BacktestService,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { prepareBacktest } from "../../../services/optimization/src/app/prepare-backtest.ts";
import type { BacktestTask } from "../../../services/optimization/src/domain/backtest-task.ts";
import { judgeFolds } from "../../../services/optimization/src/domain/judge-folds.ts";
import { judgeWalkForward } from "../../../services/optimization/src/domain/judge-walk-forward.ts";
import { foldPlans, foldSteps } from "../../../services/optimization/src/domain/run-folds.ts";
import { walkForwardSteps } from "../../../services/optimization/src/domain/run-walk-forward.ts";
import { readBacktestDraft } from "../../../services/optimization/src/rpc/convert/read-backtest.ts";
import {
  decodeResult,
  encodeResult,
} from "../../../services/optimization/src/rpc/convert/write-backtest.ts";
import type { MockJobs } from "./job-service.ts";
import { mockError } from "./mock-error.ts";
import { answering, mockDeps } from "./optimization-service.ts";
import type { MockStore } from "./sample-prices.ts";

interface Started {
  readonly fields: MessageInitShape<typeof BacktestSchema>;
  readonly jobId: string;
  result: BacktestResult | undefined;
}

const CREATE_TIME = "2026-01-05T10:00:00Z";
const LOOK_AGAIN_MS = 50;

/** Runs backtests with the code of the service, step by step, as jobs of `jobs`. */
export function mockBacktestService(
  store: MockStore,
  jobs: MockJobs,
): ServiceImpl<typeof BacktestService> {
  const { prices, forecasts } = mockDeps(store);
  const started = new Map<string, Started>();
  const jobOf = async (id: string) => {
    const found = await jobs.service.getJob({ id } as never, {} as never);
    return found.job as { state: JobState } | undefined;
  };
  const describe = async ({ fields, jobId }: Started) =>
    create(BacktestSchema, { ...fields, job: (await jobOf(jobId)) as never });
  return {
    startBacktest: answering(async (request, { signal }) => {
      const { problem } = readBacktestDraft(request);
      const task = await prepareBacktest({ prices, forecasts }, problem, signal);
      const number = started.size + 1;
      const entry: Started = {
        fields: {
          id: `backtest-${number}`,
          name: request.name,
          createTime: CREATE_TIME,
          ...(request.spec && { spec: request.spec }),
        },
        jobId: `job-${number}`,
        result: undefined,
      };
      started.set(`backtest-${number}`, entry);
      jobs.set({ id: entry.jobId, title: request.name, state: JobState.RUNNING });
      void run(task, entry, jobs, jobOf);
      return { backtest: await describe(entry) };
    }),
    getBacktest: async ({ id }) => {
      const entry = started.get(id);
      if (entry === undefined) {
        throw mockError(Code.NotFound, "BACKTEST_UNKNOWN", "There is no such backtest.");
      }
      const { result } = entry;
      return { backtest: await describe(entry), ...(result && { result }) };
    },
    listBacktests: async () => ({
      backtests: await Promise.all([...started.values()].reverse().map(describe)),
    }),
    deleteBacktest: ({ id }) => {
      started.delete(id);
      return {};
    },
  };
}

async function run(
  task: BacktestTask,
  entry: Started,
  jobs: MockJobs,
  jobOf: (id: string) => Promise<{ state: JobState } | undefined>,
): Promise<void> {
  const { steps, judge } = workOf(task);
  for (;;) {
    const state = (await jobOf(entry.jobId))?.state;
    await new Promise((resolve) =>
      setTimeout(resolve, state === JobState.CANCELLED ? LOOK_AGAIN_MS : 0),
    );
    if (state === JobState.CANCELLED) {
      continue;
    }
    const next = steps.next();
    if (next.done) {
      entry.result = decodeResult(encodeResult(judge(next.value as never)));
      jobs.set({
        id: entry.jobId,
        state: JobState.SUCCEEDED,
        resultReference: `backtests/${entry.fields.id}`,
      });
      return;
    }
    const { doneCount, totalCount, name } = next.value;
    jobs.set({
      id: entry.jobId,
      state: JobState.RUNNING,
      progress: {
        step: BigInt(doneCount),
        stepCount: BigInt(totalCount),
        message: name,
        updateTime: new Date().toISOString(),
      },
    });
  }
}

function workOf(task: BacktestTask) {
  const { validation } = task;
  if (validation.kind === "walk-forward") {
    return {
      steps: walkForwardSteps(task, validation, undefined),
      judge: (finished: Parameters<typeof judgeWalkForward>[2]) =>
        judgeWalkForward(task, validation, finished),
    };
  }
  const plans = foldPlans(task.dates.length, task.closes.cols, validation);
  return {
    steps: foldSteps(task, plans, []),
    judge: (choices: Parameters<typeof judgeFolds>[3]) =>
      judgeFolds(task, validation, plans, choices),
  };
}
