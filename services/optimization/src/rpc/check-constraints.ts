import type { MethodImpl } from "@connectrpc/connect";
import type { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { checkConstraints } from "../app/check-constraints.ts";
import { readConstraintCheck } from "./convert/read-constraint-check.ts";
import { writeConstraintCheck } from "./convert/write-constraint-check.ts";
import type { RouteDeps } from "./route-deps.ts";

type CheckConstraints = MethodImpl<typeof OptimizationService.method.checkConstraints>;

/** Serves `OptimizationService.CheckConstraints`. */
export function checkConstraintsHandler(deps: RouteDeps): CheckConstraints {
  return async (request, { signal }) => {
    const problem = readConstraintCheck(request);
    return writeConstraintCheck(problem, await checkConstraints(deps.solver, problem, signal));
  };
}
