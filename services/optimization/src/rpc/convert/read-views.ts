import {
  type BlackLitterman,
  type EntropyPooling,
  OpinionPooling,
  type Views,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { FieldViolation } from "@portfolio/platform/app-error";
import { parseDistributionViews, parseReturnView } from "@portfolio/quant";
import { compactText } from "../../domain/number-text.ts";
import { vocabularyOf } from "../../domain/pool-views.ts";
import type {
  ExpectedReturnView,
  Opinion,
  ViewNames,
  ViewsMethod,
} from "../../domain/views-method.ts";
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
// Thirds and tenths do not sum to 1 exactly.
const ROUNDING = 1e-9;

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
    case "forecast":
      // Not known until the model has been asked: see `readForecastQueries`.
      return undefined;
    default:
      return message === undefined
        ? undefined
        : refuse("REQUEST_INVALID", FIELD, "give black_litterman, entropy_pooling or forecast");
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
  checkNumbers([{ field: `${field}.confidence`, value: message.confidence, min: 0, max: 1 }]);
  const opinions = readOpinions(message, field);
  const vocabulary = vocabularyOf(names);
  refuseIfAny(
    "EXPRESSION_INVALID",
    opinions.flatMap(({ expressions, path }) =>
      expressions.flatMap((expression, k): FieldViolation[] => {
        // The values before the views are not known yet; whether the text is a view does not depend on them.
        const parsed = parseDistributionViews(expression, vocabulary, () => 1);
        return parsed.status === "invalid"
          ? [{ field: `${path}[${k}]`, description: parsed.message }]
          : [];
      }),
    ),
  );
  const isLogarithmic = message.opinionPooling === OpinionPooling.LOGARITHMIC;
  return {
    kind: "entropy-pooling",
    opinions,
    pooling: isLogarithmic ? "logarithmic" : "linear",
    names,
  };
}

function readOpinions({ views, confidence, opinions }: EntropyPooling, field: string): Opinion[] {
  if (views.length === 0 && opinions.length === 0) {
    refuse("REQUEST_INVALID", `${field}.views`, "give at least one view");
  }
  if (opinions.length === 0) {
    return [{ expressions: [...views], probability: confidence ?? 1, path: `${field}.views` }];
  }
  if (views.length > 0 || confidence !== undefined) {
    const at = `${field}.${views.length > 0 ? "views" : "confidence"}`;
    refuse("REQUEST_INVALID", at, "it cannot stand beside opinions, which have their own");
  }
  const path = `${field}.opinions`;
  checkNumbers(
    opinions.map(({ probability }, k) => ({
      field: `${path}[${k}].probability`,
      value: probability,
      min: Number.MIN_VALUE,
      max: 1,
    })),
  );
  const sum = opinions.reduce((total, { probability }) => total + probability, 0);
  if (sum > 1 + ROUNDING) {
    refuse("REQUEST_INVALID", path, `their probabilities sum to ${compactText(sum)}, over 1`);
  }
  return opinions.map((opinion, k) => ({
    expressions: [...opinion.views],
    probability: opinion.probability,
    path: `${path}[${k}].views`,
  }));
}
