import type { ConnectRouter } from "@connectrpc/connect";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import {
  HealthState,
  StatusService,
} from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { mockBacktestService } from "./backtest-service.ts";
import { mockInstrumentService, mockPriceService } from "./data-services.ts";
import { mockJobs } from "./job-service.ts";
import { mockOptimizationService } from "./optimization-service.ts";
import { mockPortfolioService } from "./portfolio-service.ts";
import { type MockStore, readSamplePrices } from "./sample-prices.ts";
import { mockStressService } from "./stress-service.ts";

/** Routes of a whole system in memory: the contract, real mathematics, the bundled sample. */
export function mockRoutes(): (router: ConnectRouter) => void {
  const store: MockStore = new Map([["sample", readSamplePrices()]]);
  const jobs = mockJobs();
  return (router) => {
    router.service(InstrumentService, mockInstrumentService(store));
    router.service(PriceService, mockPriceService(store));
    router.service(OptimizationService, mockOptimizationService(store));
    router.service(JobService, jobs.service);
    router.service(BacktestService, mockBacktestService(store, jobs));
    router.service(StressService, mockStressService(store));
    router.service(PortfolioService, mockPortfolioService());
    router.service(StatusService, {
      getStatus: () => ({
        state: HealthState.SERVING,
        version: "mock",
        parts: [{ name: "gateway", state: HealthState.SERVING }],
      }),
    });
  };
}
