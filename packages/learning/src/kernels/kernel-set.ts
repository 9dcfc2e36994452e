/** One block of memory, seen as numbers of each kind. */
export interface KernelHeap {
  readonly bytes: Uint8Array;
  readonly integers: Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
}

/**
 * Kernels over a heap of their own, addressed by offsets in bytes, multiples of 16.
 *
 * The WebAssembly kernels and their twin do the same operations in the same order, so their results
 * are equal bit for bit (which NaN a NaN is aside). Matrices are row-major floats; numbers of
 * columns are multiples of 8 and numbers of rows multiples of 4, filled up with zeros.
 */
export interface KernelSet {
  readonly heap: KernelHeap;

  /** C = AB, or C += AB with `adds`, of shapes (m, k) and (k, n). */
  readonly multiply: (
    a: number,
    b: number,
    c: number,
    m: number,
    k: number,
    n: number,
    adds: boolean,
  ) => void;

  /** C = A'B, or C += A'B with `adds`, of shapes (m, k) and (m, n). */
  readonly multiplyTransposed: (
    a: number,
    b: number,
    c: number,
    m: number,
    k: number,
    n: number,
    adds: boolean,
  ) => void;

  /** Writes the transpose of a matrix of shape (m, n). */
  readonly transpose: (a: number, out: number, m: number, n: number) => void;

  /** Adds a row to each of m rows; with `rectifies`, negative sums become 0. */
  readonly addBias: (x: number, bias: number, m: number, width: number, rectifies: boolean) => void;

  /** Sets gradients to 0 where what was rectified is not positive. */
  readonly maskRectified: (gradient: number, activation: number, length: number) => void;

  /** Adds the sum of m rows to a row. */
  readonly addColumnSums: (x: number, out: number, m: number, width: number) => void;

  /** Adds one row of floats to another. */
  readonly addTo: (out: number, x: number, length: number) => void;

  /** Copies rows of the numbers in a list of integers, one after the other. */
  readonly gatherRows: (x: number, list: number, out: number, m: number, rowBytes: number) => void;

  /** A step of Adam: p −= s·m/(√(c·v) + 1e-7), less the share `decay` of p. */
  readonly adamStep: (
    parameters: number,
    gradients: number,
    means: number,
    squares: number,
    length: number,
    stepSize: number,
    squareCorrection: number,
    decay: number,
  ) => void;

  /** Gates i, f, g, o of m rows of an LSTM: sums in, activations out, and the new state. */
  readonly lstmForward: (
    gates: number,
    bias: number,
    cellBefore: number,
    cell: number,
    cellTanh: number,
    hidden: number,
    m: number,
    width: number,
  ) => void;

  /** Turns activations to gradients of the sums, and the gradient of c to that of c₀. */
  readonly lstmBackward: (
    gates: number,
    cellBefore: number,
    cellTanh: number,
    hiddenGradient: number,
    cellGradient: number,
    m: number,
    width: number,
  ) => void;

  /** Gates r, z, n of m rows of a GRU, with four biases, the last inside the reset gate. */
  readonly gruForward: (
    inputs: number,
    states: number,
    bias: number,
    hiddenBefore: number,
    hidden: number,
    m: number,
    width: number,
  ) => void;

  /** Turns activations to gradients of the sums, and that of h to the direct part of that of h₀. */
  readonly gruBackward: (
    inputs: number,
    states: number,
    hiddenBefore: number,
    hiddenGradient: number,
    m: number,
    width: number,
  ) => void;

  /** Filters and gates of m rows: sums in, activations out, and tanh(filter)·σ(gate). */
  readonly gatedForward: (
    sums: number,
    bias: number,
    out: number,
    m: number,
    width: number,
  ) => void;

  /** Turns activations to gradients of the sums. */
  readonly gatedBackward: (sums: number, gradient: number, m: number, width: number) => void;

  /**
   * Lets each step of m sequences attend to itself and to those before. A row of `all` holds
   * queries, keys and values; `shares` takes a row of steps, filled up to a multiple of 4, for each
   * sequence, head and step.
   */
  readonly attentionForward: (
    all: number,
    shares: number,
    out: number,
    m: number,
    steps: number,
    width: number,
    heads: number,
    headWidth: number,
    scale: number,
  ) => void;

  /** Adds to the gradients of queries, keys and values. */
  readonly attentionBackward: (
    all: number,
    shares: number,
    outGradient: number,
    allGradient: number,
    m: number,
    steps: number,
    width: number,
    heads: number,
    headWidth: number,
    scale: number,
  ) => void;

  /** Brings the first `ownWidth` columns of each row to mean 0 and variance 1, scales and shifts. */
  readonly normalizeForward: (
    x: number,
    gain: number,
    shift: number,
    normal: number,
    inverses: number,
    out: number,
    m: number,
    width: number,
    ownWidth: number,
  ) => void;

  /** Adds to the gradient of the gain, and computes that of what came in. */
  readonly normalizeBackward: (
    gradient: number,
    gain: number,
    normal: number,
    inverses: number,
    gainGradient: number,
    inputGradient: number,
    m: number,
    width: number,
    ownWidth: number,
  ) => void;

  /**
   * Adds pairs of doubles of listed observations to the cells of their bins: the cell of bin b of
   * feature f is 4096 f + 16 b bytes from `out`.
   *
   * @param bins - By groups of four features: that of feature f of observation i of N is
   *   4 N ⌊f/4⌋ + 4 i + f mod 4 bytes from there.
   */
  readonly addToHistogram: (
    bins: number,
    featureCount: number,
    observationCount: number,
    rows: number,
    rowCount: number,
    derivatives: number,
    out: number,
  ) => void;

  /** Takes `count` pairs of doubles from others. */
  readonly subtractCells: (from: number, part: number, count: number) => void;

  /**
   * Moves listed observations that go left to the front, both sides in order.
   *
   * @param bins - The bin of the feature of observation 0; that of the next is 4 bytes on.
   * @param sides - 256 bytes: 1 for each bin that goes left.
   * @param spare - Room for the observations.
   * @returns How many go left.
   */
  readonly partitionRows: (
    bins: number,
    rows: number,
    rowCount: number,
    sides: number,
    spare: number,
  ) => number;
}
