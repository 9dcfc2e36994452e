import type { AffineExpression } from "./conic-block.ts";
import type { ConicBuilder } from "./conic-builder.ts";

/**
 * How a kind of convex term ρ(x) is solved and evaluated.
 *
 * To add a term:
 *
 * 1. Write its data as an interface with a `kind` of its own, in a file under `terms/`. It holds
 *    numbers, typed arrays and matrices only, so that it survives a structured clone.
 * 2. Write a `TermForm` for it. `compile` adds conic rows whose least value is ρ(x): borders
 *    (variables shared by all scenarios, such as the quantile of CVaR), and blocks, whose rows look
 *    alike in every scenario t and may use yₜ = (Rx)ₜ − shiftₜ, locals of the scenario, and borders.
 *    See `ConicBlock` for the row's formula and `RowCone` for the cones. What differs between
 *    scenarios goes into R, the shift, and the weights of locals in the expression returned.
 * 3. Add both to `ConvexTerm` and to the table in `terms/term-forms.ts`.
 *
 * The solver does the rest: it eliminates the locals, scales, takes the term as an objective or as
 * a limit, forms ratios (the perspective of any term comes from its blocks), and certifies the
 * answer by `value`.
 *
 * Scale: rows should be of size 1. Divide returns by a unit, such as `typicalSize(R)·builder.unit`,
 * and multiply the expression by it.
 *
 * Example: CVaR is minimize τ + Σ pₜuₜ/(1 − α) with the rows uₜ ≥ 0 and uₜ + yₜ + τ ≥ 0, that is
 * one border, one local, and two nonnegative rows with link coefficients (0, 1), local
 * coefficients (1, 1) and border coefficients (0, 1): `terms/conditional-value-at-risk.ts`.
 */
export interface TermForm<T> {
  /**
   * Checks the data.
   *
   * @param variables - Length of x.
   * @throws {ArgumentError} A length is wrong, or a value is not finite or out of its range.
   */
  check(term: T, variables: number): void;

  /** Adds the term's variables and rows; the expression's least value is ρ(x). */
  compile(term: T, builder: ConicBuilder): AffineExpression;

  /** Computes ρ(x) from its definition. Infinite outside its domain. */
  value(term: T, x: Float64Array): number;
}
