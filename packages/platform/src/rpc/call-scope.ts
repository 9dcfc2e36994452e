import { ConnectError } from "@connectrpc/connect";
import { canceled, deadlineExceeded } from "./error-mapping.ts";

/** Longest time that a timer of Node can wait, in ms; a longer one fires at once. */
export const TIMER_MS_MAX = 2 ** 31 - 1;

/** A signal that aborts with its parent's, or at a deadline, until the call ends. */
export class CallScope {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param deadline - In ms since 1970. Undefined or beyond 24 days means none. */
  constructor(parent: AbortSignal | undefined, deadline: number | undefined) {
    this.#parent = parent;
    if (parent?.aborted) {
      this.#onParentAbort();
      return;
    }
    parent?.addEventListener("abort", this.#onParentAbort, { once: true });
    const timeoutMs = deadline === undefined ? Infinity : Math.max(0, deadline - Date.now());
    if (timeoutMs <= TIMER_MS_MAX) {
      this.#timer = setTimeout(this.#onDeadline, timeoutMs);
    }
  }

  /** Its reason is always a `ConnectError`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Lets go of the parent and the timer. The signal stays as it is. */
  end(): void {
    clearTimeout(this.#timer);
    this.#parent?.removeEventListener("abort", this.#onParentAbort);
  }

  readonly #onParentAbort = (): void => {
    clearTimeout(this.#timer);
    const reason: unknown = this.#parent?.reason;
    this.#controller.abort(reason instanceof ConnectError ? reason : canceled());
  };

  readonly #onDeadline = (): void => {
    this.#parent?.removeEventListener("abort", this.#onParentAbort);
    this.#controller.abort(deadlineExceeded());
  };
}
