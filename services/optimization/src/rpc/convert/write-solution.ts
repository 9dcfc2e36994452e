import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type BindingConstraintSchema,
  type CertificateSchema,
  SolutionStatus,
} from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import type { RiskFigureSchema } from "@portfolio/gen/portfolio/optimization/v1/risk_pb.js";
import { limitPath } from "../../app/limit-path.ts";
import type { OptimizationReport } from "../../app/optimize-portfolio.ts";
import type { OptimizationProblem } from "../../domain/portfolio-problem.ts";
import type { RiskFigure } from "../../domain/solve-task.ts";
import { writeDuration } from "./write-duration.ts";
import { writeRiskMeasure } from "./write-risk-measure.ts";

const STATUS = {
  optimal: SolutionStatus.OPTIMAL,
  "best-found": SolutionStatus.BEST_FOUND,
  "locally-optimal": SolutionStatus.LOCALLY_OPTIMAL,
  rule: SolutionStatus.RULE,
} as const;

/** Writes how good an answer is. */
export function writeCertificate({
  certificate,
  solveTimeMs,
}: Pick<OptimizationReport, "certificate" | "solveTimeMs">): MessageInitShape<
  typeof CertificateSchema
> {
  return {
    ...certificate,
    status: STATUS[certificate.status],
    solveTime: writeDuration(solveTimeMs),
  };
}

/** Writes the limits that an answer meets exactly. */
export function writeBinding(
  { binding }: Pick<OptimizationReport, "binding">,
  problem: OptimizationProblem,
): MessageInitShape<typeof BindingConstraintSchema>[] {
  const { constraints, targetField } = problem;
  const paths = { ...constraints.paths, target: targetField ?? "objective" };
  return binding.map(({ ref, name, limit, shadowPrice }) => ({
    name,
    field: limitPath(ref, paths),
    limit,
    shadowPrice,
  }));
}

/** Writes the values of risk measures. */
export function writeRisks(
  risks: readonly RiskFigure[],
): MessageInitShape<typeof RiskFigureSchema>[] {
  return risks.map(({ measure, value, ratio, shares }) => ({
    measure: writeRiskMeasure(measure),
    value,
    ratio,
    riskShares: Array.from(shares),
  }));
}
