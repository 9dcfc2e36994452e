/** Tells the time of day. Passed in, so that tests choose it. */
export interface Clock {
  now(): Date;
}

/** The computer's own clock. */
export const systemClock: Clock = { now: () => new Date() };
