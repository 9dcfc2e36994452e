import type { Meaning } from "./vocabulary.ts";

/** A weighted sum of assets that has a name of its own: an asset, a group, a mean. */
export interface Operand {
  readonly name: string;
  readonly assets: readonly number[];
  /** Factor of each of the assets. */
  readonly factors: readonly number[];
}

/** A constant and a sum of operands. */
export interface LinearForm {
  readonly constant: number;
  readonly terms: readonly { readonly operand: Operand; readonly coefficient: number }[];
}

/** How a group counts: as the sum of its members, or as their mean. */
export type GroupMeaning = "sum" | "mean";

export function constantForm(constant: number): LinearForm {
  return { constant, terms: [] };
}

/** Writes what a name stands for as an operand. */
export function operandOf(meaning: Meaning, groupMeaning: GroupMeaning): Operand {
  if (meaning.kind === "asset") {
    return { name: quoteName(meaning.name), assets: [meaning.asset], factors: [1] };
  }
  const { members } = meaning;
  const factor = groupMeaning === "mean" ? 1 / members.length : 1;
  return {
    name: quoteName(meaning.name),
    assets: members,
    factors: members.map(() => factor),
  };
}

/** Adds factor·y to x. Terms of one name become one, and those that cancel are dropped. */
export function addForms(x: LinearForm, factor: number, y: LinearForm): LinearForm {
  const sums = new Map(x.terms.map((term) => [term.operand.name, term]));
  for (const { operand, coefficient } of y.terms) {
    const before = sums.get(operand.name)?.coefficient ?? 0;
    sums.set(operand.name, { operand, coefficient: before + factor * coefficient });
  }
  return {
    constant: x.constant + factor * y.constant,
    terms: [...sums.values()].filter(({ coefficient }) => coefficient !== 0),
  };
}

/** Multiplies a form by a number. */
export function scaleForm(form: LinearForm, factor: number): LinearForm {
  return addForms(constantForm(0), factor, form);
}

/** Sums up the coefficients of each asset, in order of assets, without those that cancel. */
export function assetCoefficients({ terms }: LinearForm) {
  const sums = new Map<number, number>();
  for (const { operand, coefficient } of terms) {
    for (const [k, asset] of operand.assets.entries()) {
      sums.set(asset, (sums.get(asset) ?? 0) + coefficient * operand.factors[k]);
    }
  }
  const held = [...sums].filter(([, value]) => value !== 0).sort(([a], [b]) => a - b);
  return { assets: held.map(([asset]) => asset), coefficients: held.map(([, value]) => value) };
}

/** Writes the terms of a form, without its constant. */
export function formatTerms({ terms }: LinearForm): string {
  const parts = terms.map(({ operand, coefficient }, k) => {
    const size = Math.abs(coefficient);
    const product = size === 1 ? operand.name : `${size} * ${operand.name}`;
    if (k === 0) {
      return coefficient < 0 ? `-${product}` : product;
    }
    return `${coefficient < 0 ? "-" : "+"} ${product}`;
  });
  return parts.join(" ");
}

/** Writes a name so that it is read as that name: in quotes, unless it is a plain word. */
export function quoteName(name: string): string {
  const isPlain = /^\p{L}[\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*$/u.test(name);
  return isPlain ? name : `"${name.replaceAll(/["\\]/gu, "\\$&")}"`;
}
