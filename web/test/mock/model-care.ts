import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, type ConnectRouter } from "@connectrpc/connect";
import {
  type Experiment,
  ExperimentSchema,
  ExperimentService,
  ExperimentState,
} from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import {
  type DriftAlarmSchema,
  type DriftReportSchema,
  type MonitoringPolicySchema,
  MonitoringService,
} from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import {
  type Schedule,
  ScheduleSchema,
  ScheduleService,
} from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { mockError } from "./mock-error.ts";

type ReportInit = MessageInitShape<typeof DriftReportSchema>;

/** What the services about models at work hold, which a test reads and changes. */
export interface ModelCare {
  report: ReportInit | undefined;
  policy: MessageInitShape<typeof MonitoringPolicySchema>;
  looks: number;
  schedules: Schedule[];
  experiment: Experiment | undefined;
  alarms: MessageInitShape<typeof DriftAlarmSchema>[];
}

const REPORT = {
  ...{ dayCount: 100, replayedDayCount: 80, daysToDecision: [0, 900, 150] },
  path: [
    { date: "2022-11-01", mean: 0.01, logEvidence: 0.5 },
    { date: "2022-12-01", mean: 0.02, lower: -0.01, upper: 0.05, logEvidence: 1.5 },
  ],
};

/** The contract of models at work, in memory. */
export function mockModelCare(router: ConnectRouter): ModelCare {
  const care: ModelCare = {
    report: undefined,
    policy: { runLengthDays: 756 },
    looks: 0,
    schedules: [],
    experiment: undefined,
    alarms: [],
  };
  router.service(ForecastService, {
    getForecasts: () => ({
      source: { version: 1, title: "Ridge", asOfDate: "2022-12-28", trainedUntil: "2022-11-28" },
      forecasts: [
        { symbol: "KO", score: -0.1, expectedExcessReturnPerYear: -0.02, volatilityPerYear: 0.18 },
        {
          ...{ symbol: "AAPL", score: 0.3, expectedExcessReturnPerYear: 0.05 },
          ...{ volatilityPerYear: 0.31, lower: -0.25, upper: 0.75 },
        },
      ],
    }),
    explainForecasts: ({ symbols }) => ({
      explanations: [
        {
          ...{ symbol: symbols[0] ?? "", output: 0.3, expectation: 0.1 },
          contributions: [
            { feature: "momentum_12_1", contribution: 0.25 },
            { feature: "reversal_21", contribution: -0.05 },
          ],
        },
      ],
    }),
  });
  serveExperiments(router, care);
  router.service(ScheduleService, {
    listSchedules: () => ({ schedules: care.schedules }),
    createSchedule: ({ spec }) => {
      if (spec?.cron.split(" ").length !== 5)
        throw mockError(Code.InvalidArgument, "CRON_INVALID", "Five fields are needed.");
      const id = `schedule-${care.schedules.length + 1}`;
      const schedule = create(ScheduleSchema, { id, spec, nextTime: "2026-01-06T00:00:00Z" });
      care.schedules.push(schedule);
      return { schedule };
    },
    deleteSchedule: ({ id }) => {
      care.schedules = care.schedules.filter((schedule) => schedule.id !== id);
      return {};
    },
  });
  router.service(MonitoringService, {
    getDrift: () => {
      if (care.report) return { report: care.report };
      throw mockError(Code.NotFound, "DRIFT_UNKNOWN", "Nobody has looked yet.");
    },
    listDriftAlarms: () => ({ alarms: care.alarms }),
    startMonitoring: () => {
      care.looks += 1;
      return {};
    },
    getMonitoringPolicy: () => ({ policy: care.policy }),
    setMonitoringPolicy: ({ policy }) => {
      care.policy = policy ?? {};
      return { policy: care.policy };
    },
  });
  return care;
}

function serveExperiments(router: ConnectRouter, care: ModelCare): void {
  router.service(ExperimentService, {
    listExperiments: () => ({ experiments: care.experiment ? [care.experiment] : [] }),
    getExperiment: () => ({
      ...(care.experiment && { experiment: care.experiment }),
      report: REPORT,
    }),
    previewExperiment: ({ spec }) => ({
      ...(spec && { spec }),
      report: { ...REPORT, dayCount: spec?.canaryShare ? 90 : REPORT.dayCount },
    }),
    startExperiment: ({ spec }) => {
      care.experiment = create(ExperimentSchema, {
        ...{ id: "experiment-1", state: ExperimentState.RUNNING },
        ...(spec && { spec: { ...spec, championVersion: 1 } }),
      });
      return { experiment: care.experiment, report: REPORT };
    },
    stopExperiment: () => {
      if (care.experiment) care.experiment.state = ExperimentState.STOPPED;
      return {};
    },
  });
}
