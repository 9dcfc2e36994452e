import type { Names } from "./vocabulary.ts";

/** The smallest parts of an expression. `position` counts UTF-16 units from 0. */
export type Token =
  | { readonly kind: "number"; readonly position: number; readonly value: number }
  | {
      readonly kind: "name";
      readonly position: number;
      readonly text: string;
      readonly isQuoted: boolean;
    }
  | { readonly kind: Operator; readonly position: number }
  | { readonly kind: "end"; readonly position: number };

export type Relation = "<=" | ">=" | "=";

export type Operator = Relation | "+" | "-" | "*" | "/" | "(" | ")" | "," | "%";

/** Why a text is no expression. */
export interface ExpressionError {
  readonly status: "invalid";
  /** Where the fault is, in UTF-16 units from 0. */
  readonly position: number;
  /** What would have been right there. */
  readonly expected: string;
  /** Known names like the one that is unknown. */
  readonly near: readonly string[];
  /** The fault in plain words. */
  readonly message: string;
}

/** Makes the description of a fault. */
export function expressionError(
  position: number,
  problem: string,
  expected: string,
  near: readonly string[] = [],
): ExpressionError {
  const hint = near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
  const message = `at ${position + 1}: ${problem}, expected ${expected}${hint}`;
  return { status: "invalid", position, expected, near, message };
}

const SPACE = /\s+/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/uy;
const WORD = /[\p{L}_^$][\p{L}\p{N}_.^$]*/uy;
const OPERATORS: readonly (readonly [string, Operator])[] = [
  ["<=", "<="],
  [">=", ">="],
  ["==", "="],
  ["≤", "<="],
  ["≥", ">="],
  ["=", "="],
  ["+", "+"],
  ["-", "-"],
  ["−", "-"],
  ["*", "*"],
  ["·", "*"],
  ["/", "/"],
  ["(", "("],
  [")", ")"],
  [",", ","],
  ["%", "%"],
];

/**
 * Cuts a text into tokens; the last one is `end`.
 *
 * Where a known name fits it is taken, the longest first, so that `BTC-USD` is one name where it
 * is known and a difference where only `BTC` and `USD` are. Any name may be put between double,
 * single or back quotes, in which a backslash takes the next character as it is.
 */
export function tokenize(text: string, names: Names): readonly Token[] | ExpressionError {
  const tokens: Token[] = [];
  let position = skipSpace(text, 0);
  while (position < text.length) {
    const read = readToken(text, position, names);
    if (read.status === "invalid") {
      return read;
    }
    tokens.push(read.token);
    position = skipSpace(text, read.end);
  }
  return [...tokens, { kind: "end", position }];
}

type Read = { readonly status: "read"; readonly token: Token; readonly end: number };

function readToken(text: string, position: number, names: Names): Read | ExpressionError {
  const first = text[position] ?? "";
  if (first === '"' || first === "'" || first === "`") {
    return readQuoted(text, position, first);
  }
  const known = names.longestAt(text, position);
  const digits = matchAt(NUMBER, text, position);
  if (known !== undefined && known.length > (digits?.length ?? 0)) {
    return read({ kind: "name", position, text: known, isQuoted: false }, known.length);
  }
  if (digits !== undefined) {
    return readNumber(digits, position);
  }
  const word = matchAt(WORD, text, position);
  if (word !== undefined) {
    return read({ kind: "name", position, text: word, isQuoted: false }, word.length);
  }
  const operator = OPERATORS.find(([sign]) => text.startsWith(sign, position));
  if (operator !== undefined) {
    return read({ kind: operator[1], position }, operator[0].length);
  }
  const expected = first === "<" || first === ">" ? `${first}=` : "a name, a number or a sign";
  return expressionError(position, `${JSON.stringify(first)} has no meaning`, expected);
}

function readNumber(digits: string, position: number): Read | ExpressionError {
  const value = Number(digits);
  return Number.isFinite(value)
    ? read({ kind: "number", position, value }, digits.length)
    : expressionError(position, `${digits} is too large`, "a smaller number");
}

function read(token: Token, length: number): Read {
  return { status: "read", token, end: token.position + length };
}

function readQuoted(text: string, position: number, quote: string): Read | ExpressionError {
  let name = "";
  for (let at = position + 1; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === quote) {
      const token: Token = { kind: "name", position, text: name, isQuoted: true };
      return read(token, at + 1 - position);
    }
    at += character === "\\" ? 1 : 0;
    name += character === "\\" ? (text[at] ?? "") : character;
  }
  return expressionError(position, "the quotation does not end", `a closing ${quote}`);
}

function skipSpace(text: string, position: number): number {
  return position + (matchAt(SPACE, text, position)?.length ?? 0);
}

function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}
