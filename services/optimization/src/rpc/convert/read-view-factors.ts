import {
  type BlackLitterman,
  BlackLittermanForm,
} from "@portfolio/gen/portfolio/optimization/v1/estimate_pb.js";
import type { FactorViews, ViewNames } from "../../domain/views-method.ts";
import { isPrintable, readSymbols } from "./read-symbols.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

const FORMS = {
  [BlackLittermanForm.UNSPECIFIED]: undefined,
  [BlackLittermanForm.ORIGINAL]: undefined,
  [BlackLittermanForm.BAYESIAN]: "bayesian",
  [BlackLittermanForm.AUGMENTED]: "augmented",
} as const;

/**
 * Reads the factors of Black–Litterman views; none in the original form.
 *
 * @param assets - Symbols of the request, which a factor of the augmented form may not be named as.
 * @param field - JSON path of the message.
 * @throws {AppError} `REQUEST_INVALID`, `SYMBOL_REPEATED`.
 */
export function readFactors(
  { form: written, factors }: BlackLitterman,
  assets: readonly string[],
  field: string,
): FactorViews | undefined {
  const form = FORMS[written];
  if (form === undefined) {
    return factors.length === 0
      ? undefined
      : refuse("REQUEST_INVALID", `${field}.factors`, "the original form has no views on factors");
  }
  if (factors.length === 0) {
    refuse("REQUEST_INVALID", `${field}.factors`, `the ${form} form needs at least one factor`);
  }
  const names = factors.map(({ name }) => name.trim());
  const taken = new Set(form === "augmented" ? assets : []);
  refuseIfAny(
    "REQUEST_INVALID",
    names.flatMap((name, k) => {
      const description = !isPrintable(name)
        ? "a name holds at least one printable character and no control characters"
        : `${name} has a meaning already`;
      const isFree = isPrintable(name) && !taken.has(name.toUpperCase());
      taken.add(name.toUpperCase());
      return isFree ? [] : [{ field: `${field}.factors[${k}].name`, description }];
    }),
  );
  const { symbols } = readSymbols(
    factors.map(({ symbol }) => symbol),
    { fieldOf: (k) => `${field}.factors[${k}].symbol`, isFreeText: false },
  );
  return { form, names, symbols };
}

/** Lists what views of a form may name. */
export function namesWithFactors(
  names: ViewNames,
  { form, names: factors }: FactorViews,
): ViewNames {
  return form === "bayesian"
    ? { assets: factors, groups: [] }
    : { assets: [...names.assets, ...factors], groups: names.groups };
}
