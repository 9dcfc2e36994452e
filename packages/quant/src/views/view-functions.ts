import type { LinearForm, Operand } from "../expression/linear-form.ts";
import type { CallArgument, CallReader } from "../expression/parse-comparison.ts";

/** What a view in words can be about. */
export type ViewMeasure =
  | "mean"
  | "variance"
  | "volatility"
  | "skewness"
  | "kurtosis"
  | "correlation"
  | "valueAtRisk"
  | "conditionalValueAtRisk";

/** A measure of one asset, of a pair, or of the portfolio that holds a group in equal parts. */
export interface Measured {
  readonly measure: ViewMeasure;
  readonly assets: readonly number[];
  /** Factor of each asset. */
  readonly factors: readonly number[];
  /** For tails. */
  readonly confidence?: number;
}

/** Says what a measure was before the views. */
export type PriorValue = (measured: Measured) => number;

/** Measures of one kind with their coefficients, and a constant: all on one side of a relation. */
export interface MeasuredForm {
  readonly terms: readonly { readonly measured: Measured; readonly coefficient: number }[];
  readonly constant: number;
}

const MEASURES: ReadonlyMap<string, ViewMeasure> = new Map([
  ["variance", "variance"],
  ["volatility", "volatility"],
  ["skew", "skewness"],
  ["skewness", "skewness"],
  ["kurtosis", "kurtosis"],
  ["correlation", "correlation"],
  ["corr", "correlation"],
  ["var", "valueAtRisk"],
  ["cvar", "conditionalValueAtRisk"],
]);

/** Gives the functions of views a meaning, and remembers what each operand is about. */
export class ViewFunctions {
  readonly #measures = new Map<string, Measured>();
  readonly #priors = new Map<string, readonly CallArgument[]>();

  readonly reader: CallReader = (name, args) => {
    const measure = MEASURES.get(name);
    if (measure === undefined && name !== "prior") {
      return undefined;
    }
    const label = `${name}(${args.map((arg) => (typeof arg === "number" ? arg : arg.name)).join(", ")})`;
    if (measure === undefined) {
      this.#priors.set(label, args);
      return { name: label, assets: [0], factors: [0] };
    }
    const measured = measuredOf(measure, args);
    if (measured === undefined) {
      return { expected: ARGUMENTS[measure] };
    }
    this.#measures.set(label, measured);
    return { name: label, assets: measured.assets, factors: measured.factors };
  };

  /**
   * Puts numbers in place of `prior(…)`.
   *
   * @returns The form; or what is wrong with it.
   */
  resolve(form: LinearForm, priorValue: PriorValue): MeasuredForm | string {
    const own = form.terms.filter(({ operand }) => !this.#priors.has(operand.name));
    const terms = own.map(({ operand, coefficient }) => ({
      measured: this.#measures.get(operand.name) ?? meanOf(operand),
      coefficient,
    }));
    const first = terms[0]?.measured;
    if (first === undefined) {
      return "nothing is left to compare";
    }
    if (terms.some(({ measured }) => measured.measure !== first.measure)) {
      return "different measures do not compare";
    }
    const constant = this.#priorSum(form, first, priorValue);
    if (typeof constant === "string") {
      return constant;
    }
    return Number.isFinite(constant)
      ? { terms, constant: form.constant + constant }
      : "the value before the views is none";
  }

  /** Sums up the values of `prior(…)`, of the measure that the view is about. */
  #priorSum(form: LinearForm, about: Measured, priorValue: PriorValue): number | string {
    let sum = 0;
    for (const { operand, coefficient } of form.terms) {
      const args = this.#priors.get(operand.name);
      if (args === undefined) {
        continue;
      }
      const measured = measuredOf(about.measure, withConfidence(args, about.confidence));
      if (measured === undefined) {
        return `${operand.name} has other arguments than ${ARGUMENTS[about.measure]}`;
      }
      sum += coefficient * priorValue(measured);
    }
    return sum;
  }
}

/** Adds the confidence of the view's own tail where `prior(…)` names none. */
function withConfidence(
  args: readonly CallArgument[],
  confidence: number | undefined,
): readonly CallArgument[] {
  const isComplete = confidence === undefined || args.some((arg) => typeof arg === "number");
  return isComplete ? args : [...args, confidence];
}

const ONE_ASSET = "the name of one asset";
const TAIL = "a name and a confidence such as 0.95";

const ARGUMENTS: Readonly<Record<ViewMeasure, string>> = {
  mean: "the name of an asset or group",
  variance: ONE_ASSET,
  volatility: ONE_ASSET,
  skewness: ONE_ASSET,
  kurtosis: ONE_ASSET,
  correlation: "the names of two assets",
  valueAtRisk: TAIL,
  conditionalValueAtRisk: TAIL,
};

function measuredOf(measure: ViewMeasure, args: readonly CallArgument[]): Measured | undefined {
  const operands = args.filter((arg) => typeof arg !== "number");
  const numbers = args.filter((arg) => typeof arg === "number");
  switch (measure) {
    case "correlation":
      return numbers.length === 0 ? pairOf(operands) : undefined;
    case "valueAtRisk":
    case "conditionalValueAtRisk":
      return tailOf(measure, operands, numbers);
    default: {
      const [operand] = operands;
      const isSingle = args.length === 1 && operands.length === 1;
      if (!isSingle || (measure !== "mean" && operand.assets.length !== 1)) {
        return undefined;
      }
      return { ...meanOf(operand), measure };
    }
  }
}

function pairOf(operands: readonly Operand[]): Measured | undefined {
  const assets = operands.flatMap((operand) => operand.assets);
  const isPair = operands.length === 2 && assets.length === 2 && assets[0] !== assets[1];
  return isPair ? { measure: "correlation", assets, factors: [1, 1] } : undefined;
}

const CONFIDENCE = 0.95;

function tailOf(
  measure: ViewMeasure,
  [portfolio, ...others]: readonly Operand[],
  numbers: readonly number[],
): Measured | undefined {
  const confidence = numbers[0] ?? CONFIDENCE;
  const isTail = portfolio !== undefined && others.length === 0 && numbers.length <= 1;
  if (!isTail || !(confidence > 0 && confidence < 1)) {
    return undefined;
  }
  return { measure, assets: portfolio.assets, factors: portfolio.factors, confidence };
}

function meanOf({ assets, factors }: Operand): Measured {
  return { measure: "mean", assets, factors };
}
