/** The twin of `spanCorrelations`. */
export function spanCorrelations(
  heap: Float64Array,
  matrix: number,
  n: number,
  vectors: number,
  edges: number,
  edgeCount: number,
): void {
  const nearest = vectors + n;
  const neighbor = nearest + n;
  for (let j = 0; j < n; j++) {
    const isOpen = j > 0 && !Number.isNaN(heap[vectors + j]);
    heap[nearest + j] = isOpen ? Number.POSITIVE_INFINITY : Number.NaN;
  }
  let last = 0;
  for (let edge = edges; edge < edges + 3 * edgeCount; edge += 3) {
    last = joinNext(heap, matrix + last * n, last, vectors, n);
    heap[edge] = heap[neighbor + last];
    heap[edge + 1] = last;
    heap[edge + 2] = heap[nearest + last];
    heap[nearest + last] = Number.NaN;
  }
}

function joinNext(
  heap: Float64Array,
  row: number,
  last: number,
  deviations: number,
  n: number,
): number {
  const nearest = deviations + n;
  const neighbor = nearest + n;
  let best = Number.POSITIVE_INFINITY;
  let place = 0;
  for (let j = 0; j < n; j++) {
    const scale = heap[deviations + last] * heap[deviations + j];
    const ratio = scale > 0 ? heap[row + j] / scale : 0;
    const distance = -Math.max(-1, Math.min(1, ratio));
    if (distance < heap[nearest + j]) {
      heap[nearest + j] = distance;
      heap[neighbor + j] = last;
    }
    if (heap[nearest + j] < best) {
      best = heap[nearest + j];
      place = j;
    }
  }
  return place;
}
