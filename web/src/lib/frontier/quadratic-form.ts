/**
 * Multiplies a'Σb, looking only at the entries of a and b that are not 0.
 *
 * Efficient portfolios of many assets hold few of them, so this costs far less than n².
 *
 * @param a - Length n.
 * @param matrix - Σ, n × n, row-major.
 * @param b - Length n.
 */
export function sparseQuadraticForm(
  a: ArrayLike<number>,
  matrix: Float64Array,
  b: ArrayLike<number>,
): number {
  const n = a.length;
  const held: number[] = [];
  for (let j = 0; j < n; j += 1) {
    if (b[j] !== 0) {
      held.push(j);
    }
  }
  let sum = 0;
  for (let i = 0; i < n; i += 1) {
    const left = a[i] ?? 0;
    if (left === 0) {
      continue;
    }
    let row = 0;
    for (const j of held) {
      row += (matrix[i * n + j] ?? 0) * (b[j] ?? 0);
    }
    sum += left * row;
  }
  return sum;
}
