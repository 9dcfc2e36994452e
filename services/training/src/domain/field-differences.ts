/** Plain data, as JSON has it. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A field that is not the same everywhere. */
export interface FieldDifference {
  /** Path, such as `spec.learner.boosted_trees.depth_max`. */
  readonly path: string;
  /** JSON of its value in each object; empty where it is not set. */
  readonly values: readonly string[];
}

/**
 * Finds the fields in which objects differ, by path, in the order of their names. Lists are compared
 * as a whole.
 *
 * @param objects - At least one.
 */
export function fieldDifferences(objects: readonly JsonValue[]): FieldDifference[] {
  const fields = objects.map((object) => new Map(leavesOf(object, "")));
  const paths = new Set(fields.flatMap((each) => [...each.keys()]));
  return [...paths]
    .sort()
    .map((path) => ({ path, values: fields.map((each) => each.get(path) ?? "") }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

function leavesOf(value: JsonValue, path: string): [string, string][] {
  if (value === null || typeof value !== "object" || isList(value)) {
    return [[path, JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, path === "" ? name : `${path}.${name}`),
  );
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
