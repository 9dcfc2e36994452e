import { createHash } from "node:crypto";

const BUCKETS = 10_000;

/**
 * Decides whether somebody who asks is served by the challenger of an experiment: always the same
 * for the same key, and independent of other experiments.
 *
 * @param key - Whoever asks, or what for.
 * @param share - Share of the keys that the challenger serves, from 0 to 1.
 */
export function isInCanary(key: string, experimentId: string, share: number): boolean {
  const hash = createHash("sha256").update(`${experimentId}:${key}`).digest();
  return hash.readUInt32BE(0) % BUCKETS < share * BUCKETS;
}
