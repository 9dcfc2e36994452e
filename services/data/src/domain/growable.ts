/** Whole numbers, gathered one by one. */
export class IntegerList {
  #values = new Int32Array(16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const values = new Int32Array(2 * this.#length);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** Shares memory. */
  values(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** Numbers, gathered one by one. */
export class NumberList {
  #values = new Float64Array(16);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const values = new Float64Array(2 * this.#length);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** Shares memory. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
