import { readStored, writeStored } from "./stored.ts";

const HIDDEN = "•••";

/** Whether amounts of money and share counts are hidden, for a screen that others can see. */
class Privacy {
  #hidden = $state(readStored("hide-amounts") === "true");

  get hidden(): boolean {
    return this.#hidden;
  }

  toggle(): void {
    this.#hidden = !this.#hidden;
    writeStored("hide-amounts", String(this.#hidden));
  }

  /** The text, or dots in its place while amounts are hidden. */
  mask(text: string): string {
    return this.#hidden ? HIDDEN : text;
  }
}

export const privacy = new Privacy();
