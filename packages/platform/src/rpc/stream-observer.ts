/** What to do at the end of a stream. */
export interface StreamEnd {
  /** Called once: with undefined when the stream finished, else with what ended it. */
  readonly onEnd?: (error: unknown) => void;
  /** Turns what the stream throws into what its reader sees. */
  readonly mapError?: (error: unknown) => unknown;
  /** What `onEnd` is given when the reader stops early. */
  readonly abandoned?: () => unknown;
}

/**
 * Follows a stream to its end, however it ends: finished, failed, or left by its reader.
 *
 * A handler that streams throws while it is iterated, after the call itself has
 * returned, so a `catch` around the call is not enough.
 */
export function observeStream<T>(messages: AsyncIterable<T>, end: StreamEnd): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new ObservedIterator(messages, end) };
}

class ObservedIterator<T> implements AsyncIterator<T> {
  readonly #iterator: AsyncIterator<T>;
  readonly #end: StreamEnd;
  #onEnd: StreamEnd["onEnd"];

  constructor(messages: AsyncIterable<T>, end: StreamEnd) {
    this.#iterator = messages[Symbol.asyncIterator]();
    this.#end = end;
    this.#onEnd = end.onEnd;
  }

  async next(): Promise<IteratorResult<T>> {
    try {
      const result = await this.#iterator.next();
      if (result.done) {
        this.#finish(undefined);
      }
      return result;
    } catch (error) {
      const mapped = this.#end.mapError?.(error) ?? error;
      this.#finish(mapped);
      throw mapped;
    }
  }

  async return(value?: unknown): Promise<IteratorResult<T>> {
    this.#finish(this.#end.abandoned?.());
    await this.#iterator.return?.(value);
    return { done: true, value: undefined };
  }

  #finish(error: unknown): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.(error);
  }
}
