import type { MethodImpl } from "@connectrpc/connect";
import type { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { runStress } from "../app/run-stress.ts";
import { readStress } from "./convert/read-stress.ts";
import { writeStress } from "./convert/write-stress.ts";
import type { RouteDeps } from "./route-deps.ts";

type RunStress = MethodImpl<typeof StressService.method.runStress>;

/** Serves `StressService.RunStress`. */
export function runStressHandler(deps: RouteDeps): RunStress {
  return async (request, { signal }) => {
    const problem = readStress(request);
    return writeStress(problem, await runStress(deps, problem, signal));
  };
}
