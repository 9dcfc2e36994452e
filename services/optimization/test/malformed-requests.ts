import { CONSTRAINTS } from "./malformed/constraints.ts";
import { ESTIMATES } from "./malformed/estimates.ts";
import { GOALS } from "./malformed/goals.ts";
import type { MalformedRequest } from "./malformed/malformed-request.ts";
import { OTHER_METHODS } from "./malformed/other-methods.ts";
import { SELECTION } from "./malformed/selection.ts";
import { UNDECODABLE } from "./malformed/undecodable.ts";

export type { MalformedRequest } from "./malformed/malformed-request.ts";

/** Bad requests of every kind. None may be answered with INTERNAL. */
export const MALFORMED_REQUESTS: readonly MalformedRequest[] = [
  ...UNDECODABLE,
  ...SELECTION,
  ...ESTIMATES,
  ...GOALS,
  ...CONSTRAINTS,
  ...OTHER_METHODS,
];
