/** Kinks and bounds ahead on an edge, nearest first: a binary heap, reused from edge to edge. */
export class Breakpoints {
  #count = 0;
  readonly #ids: Int32Array;
  readonly #distances: Float64Array;

  constructor(capacity: number) {
    this.#ids = new Int32Array(capacity);
    this.#distances = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds without order; `order` comes after the last. */
  add(id: number, distance: number): void {
    this.#ids[this.#count] = id;
    this.#distances[this.#count] = distance;
    this.#count += 1;
  }

  order(): void {
    for (let i = (this.#count >> 1) - 1; i >= 0; i--) {
      this.#sink(i);
    }
  }

  /** Distance of the nearest. */
  nearest(): number {
    return this.#distances[0];
  }

  /** Takes the nearest out; of equal ones that with the lowest number. */
  pop(): number {
    const id = this.#ids[0];
    this.#count -= 1;
    this.#ids[0] = this.#ids[this.#count];
    this.#distances[0] = this.#distances[this.#count];
    this.#sink(0);
    return id;
  }

  #sink(from: number): void {
    let i = from;
    for (;;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let least = i;
      if (left < this.#count && this.#precedes(left, least)) {
        least = left;
      }
      if (right < this.#count && this.#precedes(right, least)) {
        least = right;
      }
      if (least === i) {
        return;
      }
      this.#swap(i, least);
      i = least;
    }
  }

  #precedes(i: number, k: number): boolean {
    const difference = this.#distances[i] - this.#distances[k];
    return difference === 0 ? this.#ids[i] < this.#ids[k] : difference < 0;
  }

  #swap(i: number, k: number): void {
    const id = this.#ids[i];
    const distance = this.#distances[i];
    this.#ids[i] = this.#ids[k];
    this.#distances[i] = this.#distances[k];
    this.#ids[k] = id;
    this.#distances[k] = distance;
  }
}
