const WITH_POINT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WITH_COMMA = /^[+-]?(?:\d+,\d*|,\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads the numbers of one file.
 *
 * Where cells are separated by other characters than commas, numbers may have decimal commas. All
 * numbers of a file must then have the same mark, as "1.234" among decimal commas is probably one
 * thousand, and thousands separators are not accepted.
 */
export class NumberReader {
  readonly #mayUseComma: boolean;
  #mark: "." | "," | undefined;

  constructor(delimiter: string) {
    this.#mayUseComma = delimiter !== ",";
  }

  /** @returns A finite number, or why the text is none. */
  read(text: string): number | string {
    if (WITH_POINT.test(text)) {
      return text.includes(".") ? this.#readMarked(text, ".") : finite(Number(text));
    }
    if (this.#mayUseComma && WITH_COMMA.test(text)) {
      return this.#readMarked(text, ",");
    }
    if (/^[+-]?\d{1,3}([., ']\d{3})+([.,]\d+)?$/.test(text)) {
      return "has thousands separators, which are not accepted";
    }
    return "is not a number";
  }

  #readMarked(text: string, mark: "." | ","): number | string {
    this.#mark ??= mark;
    if (this.#mark !== mark) {
      const used = this.#mark === "," ? "decimal commas" : "decimal points";
      return `has a "${mark}" where the file has ${used}`;
    }
    return finite(Number(mark === "," ? text.replace(",", ".") : text));
  }
}

function finite(value: number): number | string {
  return Number.isFinite(value) ? value : "is too large";
}
