import type { ServiceImpl } from "@connectrpc/connect";
import type { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { runStressHandler } from "../../../services/optimization/src/rpc/run-stress.ts";
import { simulateGrowthHandler } from "../../../services/optimization/src/rpc/simulate-growth.ts";
import { answering, mockDeps } from "./optimization-service.ts";
import type { MockStore } from "./sample-prices.ts";

/** Puts portfolios under stress with the handlers of the service. */
export function mockStressService(store: MockStore): ServiceImpl<typeof StressService> {
  const deps = mockDeps(store);
  return {
    runStress: answering(runStressHandler(deps)),
    simulateGrowth: answering(simulateGrowthHandler(deps)),
  };
}
