/**
 * Makes a seeded source of uniform numbers in [0, 1).
 *
 * SplitMix with 32 bits of state: the same seed gives the same numbers everywhere.
 * For breaking ties, for starting points and for seeds: not for statistics of many draws, which are
 * `randomSource`'s.
 *
 * @param seed - Any integer; its low 32 bits count.
 * @see Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators",
 *   doi:10.1145/2660193.2660195
 */
export function uniformSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
