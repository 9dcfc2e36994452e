/** Letters, digits and what exchanges put between them: `BRK.B`, `^GSPC`, `EURUSD=X`, `BTC-USD`. */
const SYMBOL = /^[A-Z0-9^$][A-Z0-9.^$=_:/&+-]{0,31}$/;

/** Writes a symbol as the store does: without surrounding spaces, in upper case. */
export function normalizeSymbol(text: string): string {
  return text.trim().toUpperCase();
}

/** Tells whether a normalized symbol is one: 1 to 32 characters. */
export function isSymbol(text: string): boolean {
  return SYMBOL.test(text);
}
