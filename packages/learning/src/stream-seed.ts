/**
 * Makes the seed of one of many streams of random numbers, so that work can go on at any step
 * without a generator's state being kept.
 *
 * @param seed - Any integer.
 * @param stream - Number of the step or the member, any integer.
 * @returns 32 bits, mixed so that neighbors have nothing in common.
 * @see Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators",
 *   doi:10.1145/2660193.2660195 (the mixing function)
 */
export function streamSeed(seed: number, stream: number): number {
  let mixed = (Math.imul(seed | 0, 0x9e3779b9) + Math.imul(stream + 1, 0x85ebca6b)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
