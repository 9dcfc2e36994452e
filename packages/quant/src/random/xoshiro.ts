import { uniformSource } from "./splitmix.ts";

/**
 * Makes a seeded source of uniform numbers in [0, 1) for statistics of many draws: xoshiro128++,
 * of period 2¹²⁸ − 1, with 53 bits a number.
 *
 * @param seed - Any integer; its low 32 bits count.
 * @see Blackman & Vigna (2021), "Scrambled linear pseudorandom number generators",
 *   doi:10.1145/3460772
 */
export function randomSource(seed: number): () => number {
  const start = uniformSource(seed);
  const word = () => Math.floor(start() * 2 ** 32) | 0;
  // The state must not be all 0.
  let [a, b, c, d] = [word(), word(), word(), word() | 1];
  const next = () => {
    const sum = (a + d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
