/** Adds factor·source to the first entries of a vector that is at least as long. */
export function addMultiple(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < source.length; i++) {
    target[i] += factor * source[i];
  }
}
