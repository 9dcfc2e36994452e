import type { MethodImpl } from "@connectrpc/connect";
import type { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { simulateGrowth } from "../app/simulate-growth.ts";
import { readGrowth } from "./convert/read-growth.ts";
import { writeGrowth } from "./convert/write-stress.ts";
import type { RouteDeps } from "./route-deps.ts";

type SimulateGrowth = MethodImpl<typeof StressService.method.simulateGrowth>;

/** Serves `StressService.SimulateGrowth`. */
export function simulateGrowthHandler(deps: RouteDeps): SimulateGrowth {
  return async (request, { signal }) =>
    writeGrowth(await simulateGrowth(deps, readGrowth(request), signal));
}
