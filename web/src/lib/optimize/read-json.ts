/** Reads one value of data from outside; undefined where it is not what was expected. */
export type Reader<Value> = (value: unknown) => Value | undefined;

/** Reads a finite number within a range. */
export function numberIn(low: number, high: number): Reader<number> {
  return (value) =>
    typeof value === "number" && Number.isFinite(value) && value >= low && value <= high
      ? value
      : undefined;
}

/** Reads a text of 1 to `longest` characters. */
export function textUpTo(longest: number): Reader<string> {
  return (value) =>
    typeof value === "string" && value.length > 0 && value.length <= longest ? value : undefined;
}

/** Reads `true`; anything else is as good as not said. */
export const isTrue: Reader<true> = (value) => (value === true ? true : undefined);

/** Reads one of a few words. */
export function oneOf<Word extends string>(words: readonly Word[]): Reader<Word> {
  return (value) => words.find((word) => word === value);
}

/** Reads a list without the entries that cannot be read; undefined when none is left. */
export function listOf<Item>(readItem: Reader<Item>): Reader<readonly Item[]> {
  return (value) => {
    const items = (Array.isArray(value) ? value : [])
      .map(readItem)
      .filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  };
}

/** Reads a map from text without the entries that cannot be read; undefined when none is left. */
export function mapOf<Item>(readItem: Reader<Item>): Reader<Readonly<Record<string, Item>>> {
  return (value) => {
    const entries = Object.entries(asObject(value)).flatMap(([key, item]): [string, Item][] => {
      const read = readItem(item);
      return read === undefined ? [] : [[key, read]];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
}

/** Reads an object whose fields may all be missing; undefined when none is there. */
export function fieldsOf<Value extends object>(
  readers: {
    readonly [Key in keyof Value]-?: Reader<NonNullable<Value[Key]>>;
  },
): Reader<Value> {
  return (value) => {
    const source = asObject(value);
    const entries = Object.entries(readers as Record<string, Reader<unknown>>)
      .map(([key, read]) => [key, read(source[key])] as const)
      .filter(([, read]) => read !== undefined);
    return entries.length > 0 ? (Object.fromEntries(entries) as Value) : undefined;
  };
}

/** Reads an object that must have some of its fields. */
export function withFields<Value extends object>(
  read: Reader<Value>,
  required: readonly (keyof Value)[],
): Reader<Value> {
  return (value) => {
    const found = read(value);
    return found && required.every((key) => found[key] !== undefined) ? found : undefined;
  };
}

/** Parses JSON; undefined where the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return;
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
