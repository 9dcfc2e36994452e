/** Something that the caller should know about an answer. */
export interface Notice {
  /** Stable cause, such as `COVARIANCE_REPAIRED`. */
  readonly reason: string;
  /** The same in one sentence, with the numbers. */
  readonly description: string;
}
