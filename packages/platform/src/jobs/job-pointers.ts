/** Reads pointers to jobs for one worker. */
export interface PointerReader {
  /** Whether pointers come. While they do not, the worker looks at the table by itself. */
  isConnected(): boolean;
  /** Says that the worker has room again. */
  resume(): void;
  /** Takes no more. */
  close(): Promise<void>;
}

/** Tells workers that jobs wait. A hint: the table is the truth. */
export interface JobPointers {
  /**
   * Calls `claim` for each pointer to a job of some kinds, and rests while there is no room.
   *
   * @param claim - Takes up jobs as far as there is room. Resolves to false when the table could
   *   not be asked; then it is called again, and the pointer is kept.
   */
  read(
    workerName: string,
    kinds: readonly string[],
    claim: () => Promise<boolean>,
    hasRoom: () => boolean,
  ): PointerReader;
}
