import { once } from "node:events";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { MonitoringService } from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { ScheduleService } from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { StudyService } from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import type { Logger } from "@portfolio/platform/logger";
import { createMetricsRegistry } from "@portfolio/platform/metrics";
import { openTransport } from "@portfolio/platform/rpc/open-transport";
import type { GatewayConfig } from "./config.ts";
import { startGateway } from "./gateway.ts";

/** Runs the gateway before services of other processes, until the signal aborts and calls are done. */
export async function runGateway(
  config: GatewayConfig,
  { log, version, signal }: { log: Logger; version: string; signal: AbortSignal },
): Promise<void> {
  const data = openTransport(config.dataUrl, undefined);
  const optimization = openTransport(config.optimizationUrl, undefined);
  const jobs = config.jobsUrl && openTransport(config.jobsUrl, undefined);
  const training = config.trainingUrl && openTransport(config.trainingUrl, undefined);
  const gateway = await startGateway({
    ...config,
    backends: [
      { name: "data", services: [InstrumentService, PriceService], transport: data },
      {
        name: "optimization",
        services: [OptimizationService, PortfolioService, BacktestService, StressService],
        transport: optimization,
      },
      ...(jobs ? [{ name: "jobs", services: [JobService], transport: jobs }] : []),
      ...(training
        ? [
            {
              name: "training",
              services: [
                TrainingService,
                StudyService,
                ModelService,
                ForecastService,
                ExperimentService,
                MonitoringService,
                ScheduleService,
                DashboardService,
              ],
              transport: training,
            },
          ]
        : []),
    ],
    log,
    metrics: { registry: createMetricsRegistry("gateway") },
    version,
  });
  if (!signal.aborted) {
    await once(signal, "abort");
  }
  log.info({ drainTimeoutMs: config.drainTimeoutMs }, "stopping");
  await gateway.drain(config.drainTimeoutMs);
  data.close();
  optimization.close();
  if (jobs) jobs.close();
  if (training) training.close();
  log.info("stopped");
}
