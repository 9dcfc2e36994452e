/**
 * Kernels over one heap of doubles, addressed by offsets into it.
 *
 * The WebAssembly kernels and their twin do the same operations in the same order, so their
 * results are equal bit for bit (which NaN a NaN is aside).
 *
 * Matrices lie in panels of four rows or columns side by side: entry (t, r) of a panel at 4t + r.
 */
export interface KernelSet {
  /**
   * Provides for a heap of at least `length` doubles.
   *
   * @returns The heap. What it holds is arbitrary, and it is good until the next call.
   */
  readonly reserve: (length: number) => Float64Array;

  /**
   * Adds A'B of packed panels of `length` rows to 4 × 4 blocks, those of one panel of A in a row.
   * With `lowerOnly` panel p of A meets panels 0 … p of B.
   */
  readonly addBlockProducts: (
    a: number,
    aPanels: number,
    b: number,
    bPanels: number,
    length: number,
    out: number,
    lowerOnly: boolean,
  ) => void;

  /**
   * Factors a symmetric positive definite matrix as LL', in place. Panel p holds rows 4p … 4p + 3,
   * in 16 · panelCount doubles; the lower triangle counts.
   *
   * @returns −1, or the first row whose pivot is not over `pivotMin` times its diagonal entry.
   */
  readonly factorPanels: (panels: number, panelCount: number, pivotMin: number) => number;

  /** Solves LX = B in place: L as `factorPanels` leaves it, B in panels of four columns. */
  readonly solveLowerPanels: (
    factor: number,
    panelCount: number,
    x: number,
    columnPanels: number,
  ) => void;

  /** Solves L'X = B in place: L in panels of four columns, B in panels of four columns. */
  readonly solveUpperPanels: (
    transposed: number,
    panelCount: number,
    x: number,
    columnPanels: number,
  ) => void;

  /**
   * Reduces a symmetric matrix to a tridiagonal one, by Householder reflections.
   *
   * @param work - The matrix, row-major, n × n; the lower triangle counts. Its diagonal becomes
   *   that of the tridiagonal matrix.
   * @param reflectors - Takes, in row k from k + 1 on, v of step k with ‖v‖² = 2, or 0.
   * @param offDiagonal - Takes the n entries beside the diagonal; the last is 0.
   * @param product - Room for n doubles.
   */
  readonly tridiagonalize: (
    work: number,
    n: number,
    reflectors: number,
    offDiagonal: number,
    product: number,
  ) => void;

  /**
   * Builds the product Q of the reflections, in panels of eight columns: [panel][row][column].
   *
   * @param out - Takes the panels, 8n doubles each.
   */
  readonly accumulateReflectors: (
    reflectors: number,
    n: number,
    out: number,
    panelCount: number,
  ) => void;

  /** Multiplies panels of eight columns, 8n doubles each, by Q from the left. */
  readonly applyReflectors: (
    reflectors: number,
    n: number,
    panels: number,
    panelCount: number,
  ) => void;

  /**
   * Rotates neighboring rows, in every panel of eight columns.
   *
   * @param rows - Where the panels start, 8n doubles each.
   * @param sweeps - Sweeps one after the other: the number of the first upper row, how many
   *   rotations, then a sine and a cosine for each. Every rotation is one row lower than the last.
   * @param end - Where the sweeps end.
   */
  readonly rotatePanels: (
    rows: number,
    n: number,
    panelCount: number,
    sweeps: number,
    end: number,
  ) => void;

  /**
   * Moves every yᵢ to the root of yᵢ² + aᵢyᵢ = bᵢ, aᵢ = pᵢ/σᵢ − yᵢ, one after the other, and
   * p = Σ(y/σ) along.
   *
   * @param matrix - Σ, row-major, n × n, n a multiple of 4; the lower triangle counts.
   * @param vectors - y, σ, b, p, then room, n doubles each.
   */
  readonly sweepBudgets: (matrix: number, n: number, vectors: number) => void;

  /**
   * Finds a minimum spanning tree of assets whose distance is −ρ, by Prim's algorithm from asset 0. Of
   * equal distances the asset with the smaller number is nearer.
   *
   * @param matrix - Covariances, row-major, n × n, symmetric, n even.
   * @param vectors - Deviations, NaN of what only fills up, then room for 2n doubles.
   * @param edges - Takes from, to and distance of each edge in turn.
   */
  readonly spanCorrelations: (
    matrix: number,
    n: number,
    vectors: number,
    edges: number,
    edgeCount: number,
  ) => void;

  /**
   * Adds rows of a matrix, each times its entry of x, to a product.
   *
   * @param held - Numbers of the rows.
   * @param n - Length of rows, of x and of the product.
   */
  readonly addRows: (
    matrix: number,
    n: number,
    held: number,
    count: number,
    x: number,
    product: number,
  ) => void;

  /**
   * Multiplies a symmetric matrix, of which the lower triangle counts, by x.
   *
   * @param stride - From row to row, even.
   * @param size - Number of rows. Up to three rows after the last are read and must be finite.
   */
  readonly multiplySymmetric: (
    entries: number,
    stride: number,
    size: number,
    x: number,
    product: number,
  ) => void;

  /**
   * Adds factor·xx' to the lower triangle of a matrix, and perhaps to the entry right of its diagonal.
   *
   * @param stride - From row to row, even.
   */
  readonly addOuter: (
    entries: number,
    stride: number,
    size: number,
    x: number,
    factor: number,
  ) => void;
}
