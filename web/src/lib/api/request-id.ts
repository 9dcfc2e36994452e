const RANDOM_BYTES = 16;

/** A fresh identifier, so that a repeated call takes effect once. Works without a secure context, too. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
