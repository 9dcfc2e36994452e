/**
 * Copies a message as deeply as sending it would, without encoding it.
 *
 * Prototypes are kept, because field presence lives there. Bytes are copied too:
 * nobody can change what somebody else holds.
 */
export function copyMessage<T extends object>(message: T): T {
  return copyObject(message) as T;
}

function copyValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return copyArray(value);
  }
  return value instanceof Uint8Array ? value.slice() : copyObject(value);
}

function copyArray(values: readonly unknown[]): unknown[] {
  return typeof values[0] === "object" ? values.map(copyValue) : values.slice();
}

function copyObject(source: object): object {
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(source));
  for (const [key, value] of Object.entries(source)) {
    copy[key] = copyValue(value);
  }
  return copy;
}
