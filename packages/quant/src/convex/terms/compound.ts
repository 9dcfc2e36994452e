import { ArgumentError } from "../../errors.ts";
import type { AffineExpression, LocalWeights } from "../conic-block.ts";
import type { TermForm } from "../term.ts";

/** Σ weight·ρ(x) as one term, so that it can be limited or put in a ratio as a whole. */
export interface SumOf<T> {
  readonly kind: "sum";
  /** Weights are at least 0. */
  readonly parts: readonly { readonly weight: number; readonly term: T }[];
}

/** ρ(x)² of a ρ that is nowhere negative: a variance from a standard deviation. */
export interface SquareOf<T> {
  readonly kind: "square";
  readonly term: T;
}

/** Makes the form of sums of terms that have the given form. */
export function sumForm<T>(inner: TermForm<T>): TermForm<SumOf<T>> {
  return {
    check({ parts }, variables) {
      for (const { weight, term } of parts) {
        if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
          throw new ArgumentError(`weight in a sum is ${weight}, not at least 0 and finite`);
        }
        inner.check(term, variables);
      }
    },

    compile({ parts }, builder) {
      return addExpressions(
        parts
          .filter(({ weight }) => weight > 0)
          .map(({ weight, term }) => ({ weight, expression: inner.compile(term, builder) })),
      );
    },

    value({ parts }, x) {
      return parts.reduce((sum, { weight, term }) => {
        return weight > 0 ? sum + weight * inner.value(term, x) : sum;
      }, 0);
    },
  };
}

function addExpressions(
  parts: readonly { readonly weight: number; readonly expression: AffineExpression }[],
): AffineExpression {
  let offset = 0;
  let assets: Float64Array | undefined;
  const borders: (readonly [number, number])[] = [];
  const locals: LocalWeights[] = [];
  for (const { weight, expression } of parts) {
    offset += weight * (expression.offset ?? 0);
    const own = expression.assets;
    if (own !== undefined) {
      const before = assets;
      assets = own.map((value, i) => weight * value + (before?.[i] ?? 0));
    }
    for (const [border, value] of expression.borders ?? []) {
      borders.push([border, weight * value]);
    }
    for (const { block, weights } of expression.locals ?? []) {
      locals.push({ block, weights: weights.map((value) => weight * value) });
    }
  }
  return { offset, borders, locals, ...(assets === undefined ? {} : { assets }) };
}

/** Makes the form of squares: b ≥ ρ(x) and q ≥ b² as a cone of one scenario. */
export function squareForm<T>(inner: TermForm<T>): TermForm<SquareOf<T>> {
  return {
    check({ term }, variables) {
      inner.check(term, variables);
    },

    compile({ term }, builder) {
      const expression = inner.compile(term, builder);
      const size = sizeOf(expression);
      const root = builder.addBorder();
      const square = builder.addBorder();
      const covered = addExpressions([{ weight: -1 / size, expression }]);
      builder.addRow("nonnegative", {
        ...covered,
        borders: [...(covered.borders ?? []), [root, 1]],
      });
      builder.addBlock({
        assets: Int32Array.of(0),
        cones: [{ kind: "lorentz" }],
        linkCoefficients: new Float64Array(3),
        locals: 0,
        localCoefficients: new Float64Array(),
        borders: [
          [root, [0, 0, 2]],
          [square, [1, 1, 0]],
        ],
        offsets: Float64Array.of(1, -1, 0),
      });
      return { borders: [[square, size * size]] };
    },

    value({ term }, x) {
      return inner.value(term, x) ** 2;
    },
  };
}

/** The largest coefficient of a border or local: terms are written in variables of size 1. */
function sizeOf({ borders = [], locals = [] }: AffineExpression): number {
  let size = 0;
  for (const [, value] of borders) {
    size = Math.max(size, Math.abs(value));
  }
  for (const { weights } of locals) {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      sum += Math.abs(weights[i]);
    }
    size = Math.max(size, sum);
  }
  return size > 0 ? size : 1;
}
