import {
  addForms,
  constantForm,
  type GroupMeaning,
  type LinearForm,
  type Operand,
  operandOf,
  scaleForm,
} from "./linear-form.ts";
import {
  type ExpressionError,
  expressionError,
  type Relation,
  type Token,
  tokenize,
} from "./tokens.ts";
import { Names, type Vocabulary } from "./vocabulary.ts";

/** Expressions with a relation between each and the next. */
export interface Comparison {
  readonly status: "parsed";
  /** One more than there are relations. */
  readonly forms: readonly LinearForm[];
  readonly relations: readonly Relation[];
  /** Where each relation stands in the text. */
  readonly positions: readonly number[];
}

/** An argument of a function: a number, or the name of an asset or group. */
export type CallArgument = Operand | number;

/**
 * Gives functions besides `sum` and `mean` a meaning: what a call stands for, or what would be right
 * in its place; nothing where the function is not known.
 */
export type CallReader = (
  name: string,
  args: readonly CallArgument[],
) => Operand | { readonly expected: string } | undefined;

const NESTING_MAX = 50;
const OPERAND = "a name, a number or (";

/**
 * Reads linear expressions and the relations between them, such as `0.1 <= tech + 2 * AAPL <= 30%`.
 *
 * The grammar is in docs/expressions.md.
 *
 * @param groupMeaning - What the bare name of a group stands for.
 * @param readCall - Functions besides `sum` and `mean`, by their name in small letters.
 * @returns At least one relation; or where and why the text is none.
 */
export function parseComparison(
  text: string,
  vocabulary: Vocabulary,
  groupMeaning: GroupMeaning = "sum",
  readCall: CallReader = () => undefined,
): Comparison | ExpressionError {
  const names = new Names(vocabulary);
  const tokens = tokenize(text, names);
  if ("status" in tokens) {
    return tokens;
  }
  try {
    return new Parser(tokens, names, groupMeaning, readCall).comparison();
  } catch (fault) {
    if (fault instanceof Fault) {
      return fault.error;
    }
    throw fault;
  }
}

/** Carries an error out of the recursive descent. */
class Fault extends Error {
  readonly error: ExpressionError;

  constructor(error: ExpressionError) {
    super(error.message);
    this.error = error;
  }
}

/** Reads tokens by recursive descent: one method for each rule of the grammar. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #names: Names;
  readonly #groupMeaning: GroupMeaning;
  readonly #readCall: CallReader;
  #next = 0;
  #depth = 0;

  constructor(
    tokens: readonly Token[],
    names: Names,
    groupMeaning: GroupMeaning,
    readCall: CallReader,
  ) {
    this.#tokens = tokens;
    this.#names = names;
    this.#groupMeaning = groupMeaning;
    this.#readCall = readCall;
  }

  comparison(): Comparison {
    const forms = [this.#expression()];
    const relations: Relation[] = [];
    const positions: number[] = [];
    while (relations.length === 0 || this.#peek.kind !== "end") {
      const { kind, position } = this.#peek;
      if (kind !== "<=" && kind !== ">=" && kind !== "=") {
        throw this.#unexpected("an operator or one of <=, >=, =");
      }
      this.#next++;
      relations.push(kind);
      positions.push(position);
      forms.push(this.#expression());
    }
    return { status: "parsed", forms, relations, positions };
  }

  get #peek(): Token {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
  }

  #take(kind: Token["kind"]): boolean {
    if (this.#peek.kind !== kind) {
      return false;
    }
    this.#next++;
    return true;
  }

  #expect(kind: ")" | "("): void {
    if (!this.#take(kind)) {
      throw this.#unexpected(kind);
    }
  }

  #unexpected(expected: string): Fault {
    const token = this.#peek;
    const found = token.kind === "end" ? "the text ends" : `${describe(token)} does not fit`;
    return new Fault(expressionError(token.position, found, expected));
  }

  #expression(): LinearForm {
    let sign = this.#take("-") ? -1 : 1;
    if (sign === 1) {
      this.#take("+");
    }
    let sum = scaleForm(this.#term(), sign);
    while (this.#peek.kind === "+" || this.#peek.kind === "-") {
      sign = this.#peek.kind === "-" ? -1 : 1;
      this.#next++;
      sum = this.#finite(addForms(sum, sign, this.#term()));
    }
    return sum;
  }

  #term(): LinearForm {
    let product = this.#factor();
    while (this.#peek.kind === "*" || this.#peek.kind === "/") {
      const { kind, position } = this.#peek;
      this.#next++;
      const factor = this.#factor();
      product = this.#finite(
        kind === "*" ? times(product, factor, position) : over(product, factor, position),
      );
    }
    return product;
  }

  #factor(): LinearForm {
    const token = this.#peek;
    if (token.kind === "number") {
      this.#next++;
      return constantForm(this.#take("%") ? token.value / 100 : token.value);
    }
    if (token.kind === "(") {
      return this.#nested(() => this.#expression());
    }
    if (token.kind !== "name") {
      throw this.#unexpected(OPERAND);
    }
    this.#next++;
    const isCall = !token.isQuoted && this.#peek.kind === "(";
    return isCall ? this.#call(token.text, token.position) : formOf(this.#operand(token));
  }

  #nested(read: () => LinearForm): LinearForm {
    if (++this.#depth > NESTING_MAX) {
      throw new Fault(expressionError(this.#peek.position, "too many brackets", "fewer"));
    }
    this.#expect("(");
    const form = read();
    this.#expect(")");
    this.#depth--;
    return form;
  }

  #call(name: string, position: number): LinearForm {
    const meaning = name.toLowerCase();
    const isCombination = meaning === "sum" || meaning === "mean";
    return this.#nested(() => {
      const args = [this.#argument(!isCombination)];
      while (this.#take(",")) {
        args.push(this.#argument(!isCombination));
      }
      const special = this.#readCall(meaning, args);
      if (special !== undefined && "expected" in special) {
        const problem = `${name} has other arguments`;
        throw new Fault(expressionError(position, problem, special.expected));
      }
      return formOf(special ?? combination(name, args, position));
    });
  }

  #argument(mayBeNumber: boolean): CallArgument {
    const token = this.#peek;
    if (mayBeNumber && token.kind === "number") {
      this.#next++;
      return this.#take("%") ? token.value / 100 : token.value;
    }
    if (token.kind !== "name") {
      throw this.#unexpected("the name of an asset or group");
    }
    this.#next++;
    return this.#operand(token);
  }

  #operand({ text, position }: Token & { readonly kind: "name" }): Operand {
    const meaning = this.#names.find(text);
    if (meaning === undefined) {
      const near = this.#names.near(text);
      const problem = `${JSON.stringify(text)} is no known asset or group`;
      throw new Fault(expressionError(position, problem, "the name of one", near));
    }
    if (meaning.kind === "group" && meaning.members.length === 0) {
      const problem = `group ${JSON.stringify(text)} is empty`;
      throw new Fault(expressionError(position, problem, "a group with assets"));
    }
    return operandOf(meaning, this.#groupMeaning);
  }

  #finite(form: LinearForm): LinearForm {
    const numbers = [form.constant, ...form.terms.map(({ coefficient }) => coefficient)];
    if (!numbers.every(Number.isFinite)) {
      const position = this.#peek.position;
      throw new Fault(expressionError(position, "the result is too large", "smaller numbers"));
    }
    return form;
  }
}

/** Reads `sum` and `mean` of assets and groups. */
function combination(name: string, args: readonly CallArgument[], position: number): Operand {
  const meaning = name.toLowerCase();
  if (meaning !== "sum" && meaning !== "mean") {
    throw new Fault(expressionError(position, `${name} is no function`, "sum or mean"));
  }
  const parts = args.filter((part) => typeof part !== "number");
  const assets = parts.flatMap((part) => part.assets);
  const factor = meaning === "mean" ? 1 / assets.length : 1;
  const factors = assets.map(() => factor);
  return { name: `${meaning}(${parts.map((part) => part.name).join(", ")})`, assets, factors };
}

function formOf(operand: Operand): LinearForm {
  return { constant: 0, terms: [{ operand, coefficient: 1 }] };
}

function times(x: LinearForm, y: LinearForm, position: number): LinearForm {
  if (x.terms.length > 0 && y.terms.length > 0) {
    throw new Fault(expressionError(position, "a product of weights is not linear", "a number"));
  }
  return x.terms.length > 0 ? scaleForm(x, y.constant) : scaleForm(y, x.constant);
}

function over(x: LinearForm, y: LinearForm, position: number): LinearForm {
  if (y.terms.length > 0 || y.constant === 0) {
    throw new Fault(expressionError(position, "only a number other than 0 divides", "a number"));
  }
  return scaleForm(x, 1 / y.constant);
}

function describe(token: Token): string {
  switch (token.kind) {
    case "number":
      return String(token.value);
    case "name":
      return JSON.stringify(token.text);
    default:
      return JSON.stringify(token.kind);
  }
}
