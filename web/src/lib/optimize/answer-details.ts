import type { Duration } from "@bufbuild/protobuf/wkt";
import type { OptimizePortfolioResponse } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { type RiskMeasure, readMeasure } from "./risk-measures.ts";

/** What is proven of an answer, in the order of the contract's enumeration. */
const STATUSES = ["unknown", "optimal", "best-found", "locally-optimal", "rule"] as const;
export type ProofStatus = (typeof STATUSES)[number];

/** How good an answer is. */
export interface Proof {
  readonly status: ProofStatus;
  /** Such as `critical-line/1`. */
  readonly algorithm: string;
  readonly iterations: number;
  /** Relative to the objective. */
  readonly gap: number;
  /** Largest violation of a limit or of the conditions of optimality, relative. */
  readonly residual: number;
  readonly milliseconds: number;
}

/** A limit that the answer meets exactly. */
export interface BindingLimit {
  readonly name: string;
  /** Such as `constraints.groups[0].max`. */
  readonly field: string;
  /** How fast the objective improves per unit of the limit. */
  readonly shadowPrice: number;
}

/** A measure of risk of the answer. */
export interface RiskFigure {
  readonly measure: RiskMeasure;
  readonly value: number;
  readonly ratio: number;
}

/** What trading from the current weights amounts to. */
export interface TradingFigures {
  readonly turnover: number;
  /** Fraction of capital. */
  readonly cost: number;
}

/** What views did to the estimates, one entry per asset or view. */
export interface ViewsEffect {
  readonly priorReturns: readonly number[];
  readonly posteriorReturns: readonly number[];
  readonly views: readonly {
    readonly expression: string;
    readonly prior: number;
    readonly view: number;
    readonly posterior: number;
  }[];
}

/** What an answer tells besides its weights and figures. */
export interface AnswerDetails {
  readonly proof: Proof | undefined;
  readonly binding: readonly BindingLimit[];
  readonly risks: readonly RiskFigure[];
  readonly trading: TradingFigures | undefined;
  readonly views: ViewsEffect | undefined;
  readonly explanation: readonly string[];
}

/** Takes the details out of an answer. */
export function detailsOf(answer: OptimizePortfolioResponse): AnswerDetails {
  const { bindingConstraints, risks, trading, explanation } = answer;
  return {
    proof: proofOf(answer),
    binding: bindingConstraints.map(({ name, field, shadowPrice }) => ({
      name,
      field,
      shadowPrice,
    })),
    risks: risks.flatMap(({ measure, value, ratio }) => {
      const read = readMeasure(measure);
      return read === undefined ? [] : [{ measure: read, value, ratio }];
    }),
    trading: trading && { turnover: trading.turnover, cost: trading.cost },
    views: viewsEffectOf(answer),
    explanation,
  };
}

function proofOf({ certificate }: OptimizePortfolioResponse): Proof | undefined {
  return (
    certificate && {
      status: STATUSES[certificate.status] ?? "unknown",
      algorithm: certificate.algorithm,
      iterations: certificate.iterations,
      gap: certificate.gap,
      residual: Math.max(certificate.primalResidual, certificate.dualResidual),
      milliseconds: milliseconds(certificate.solveTime),
    }
  );
}

function viewsEffectOf({ views }: OptimizePortfolioResponse): ViewsEffect | undefined {
  return (
    views && {
      priorReturns: views.priorReturnsPerYear,
      posteriorReturns: views.posteriorReturnsPerYear,
      views: views.views.map(({ expression, prior, view, posterior }) => ({
        expression,
        prior,
        view,
        posterior,
      })),
    }
  );
}

function milliseconds(duration: Duration | undefined): number {
  return duration === undefined ? 0 : Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}
