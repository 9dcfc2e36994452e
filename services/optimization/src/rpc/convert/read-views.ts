import type {
  BlackLitterman,
  EntropyPooling,
  Views,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { FieldViolation } from "@portfolio/platform/app-error";
import { parseDistributionViews, parseReturnView } from "@portfolio/quant";
import { vocabularyOf } from "../../domain/pool-views.ts";
import type { ExpectedReturnView, ViewNames, ViewsMethod } from "../../domain/views-method.ts";
import { checkNumbers } from "./read-numbers.ts";
import { namesWithFactors, readFactors } from "./read-view-factors.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

const FIELD = "expected_returns.views";

const TAU = 0.05;
const TAU_MAX = 10;
// The prior and the view count the same: the variance of the view is τ times its prior variance. In
// the Bayesian form the prior has its whole variance, so that the view counts 1/τ times as much.
const CONFIDENCE = 0.5;
const RETURN_PER_YEAR_MAX = 10;
const COEFFICIENT_MAX = 1e6;

/**
 * Reads what the caller believes.
 *
 * @param names - Symbols and groups that views may name.
 * @throws {AppError} `REQUEST_INVALID`, `NUMBER_NOT_FINITE`, `EXPRESSION_INVALID`,
 *   `SYMBOL_REPEATED`.
 */
export function readViews(message: Views | undefined, names: ViewNames): ViewsMethod | undefined {
  const method = message?.method;
  switch (method?.case) {
    case "blackLitterman":
      return readBlackLitterman(method.value, names);
    case "entropyPooling":
      return readEntropyPooling(method.value, names);
    default:
      return message === undefined
        ? undefined
        : refuse("REQUEST_INVALID", FIELD, "give black_litterman or entropy_pooling");
  }
}

function readBlackLitterman(message: BlackLitterman, names: ViewNames): ViewsMethod {
  const field = `${FIELD}.black_litterman`;
  if (message.views.length === 0) {
    refuse("REQUEST_INVALID", `${field}.views`, "give at least one view");
  }
  checkNumbers([
    { field: `${field}.tau`, value: message.tau, min: Number.MIN_VALUE, max: TAU_MAX },
    ...message.views.map(({ confidence }, k) => ({
      field: `${field}.views[${k}].confidence`,
      value: confidence,
      min: 0,
      max: 1,
    })),
  ]);
  const { tau = TAU } = message;
  const factors = readFactors(message, names.assets, field);
  const unsaid = factors?.form === "bayesian" ? 1 / (1 + tau) : CONFIDENCE;
  const vocabulary = vocabularyOf(factors === undefined ? names : namesWithFactors(names, factors));
  const faults: FieldViolation[] = [];
  const views = message.views.flatMap(({ expression, confidence }, k): ExpectedReturnView[] => {
    const parsed = parseReturnView(expression, vocabulary);
    if (parsed.status === "invalid") {
      const at = `${field}.views[${k}].expression`;
      faults.push({ field: at, description: parsed.message });
      return [];
    }
    const { coefficients, value: valuePerYear } = parsed;
    return [{ expression, coefficients, valuePerYear, confidence: confidence ?? unsaid }];
  });
  refuseIfAny("EXPRESSION_INVALID", faults);
  checkNumbers(views.flatMap((view, k) => viewFields(view, `${field}.views[${k}].expression`)));
  return { kind: "black-litterman", tau, views, ...(factors && { factors }) };
}

function viewFields({ coefficients, valuePerYear }: ExpectedReturnView, field: string) {
  const largest = coefficients.reduce((size, entry) => Math.max(size, Math.abs(entry)), 0);
  const max = RETURN_PER_YEAR_MAX * Math.max(1, largest);
  return [
    { field, value: largest, min: 0, max: COEFFICIENT_MAX },
    { field, value: valuePerYear, min: -max, max },
  ];
}

function readEntropyPooling(message: EntropyPooling, names: ViewNames): ViewsMethod {
  const field = `${FIELD}.entropy_pooling`;
  const { views: expressions, confidence } = message;
  if (expressions.length === 0) {
    refuse("REQUEST_INVALID", `${field}.views`, "give at least one view");
  }
  checkNumbers([{ field: `${field}.confidence`, value: confidence, min: 0, max: 1 }]);
  const vocabulary = vocabularyOf(names);
  refuseIfAny(
    "EXPRESSION_INVALID",
    [...expressions.entries()].flatMap(([k, expression]): FieldViolation[] => {
      // The values before the views are not known yet; whether the text is a view does not depend on them.
      const parsed = parseDistributionViews(expression, vocabulary, () => 1);
      return parsed.status === "invalid"
        ? [{ field: `${field}.views[${k}]`, description: parsed.message }]
        : [];
    }),
  );
  return {
    kind: "entropy-pooling",
    expressions: [...expressions],
    names,
    confidence: confidence ?? 1,
  };
}
