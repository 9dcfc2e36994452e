// Vectors of eigenvectors lie in panels of eight columns side by side: entry (row, column) of a panel
// is 8·(8·row + column) bytes from its start. Offsets of exports count doubles.

/**
 * Builds the product Q of the reflections, H₀H₁…, in panels of eight columns.
 *
 * @param out - Takes the panels, 8n doubles each.
 */
export function accumulateReflectors(reflectors: i32, n: i32, out: i32, panelCount: i32): void {
  const panelBytes = (<usize>n) << 6;
  memory.fill((<usize>out) << 3, 0, panelBytes * <usize>panelCount);
  for (let c = 0; c < panelCount; c++) {
    const panel = ((<usize>out) << 3) + <usize>c * panelBytes;
    const last = min(8 * c + 7, n - 1);
    for (let j = 8 * c; j <= last; j++) {
      store<f64>(panel + ((<usize>(8 * j + j - 8 * c)) << 3), 1);
    }
    for (let k = min(n - 2, last - 1); k >= 0; k--) {
      const v = ((<usize>reflectors) << 3) + ((<usize>k * <usize>n) << 3);
      reflectPanel(panel, n, k + 1, v);
    }
  }
}

/** Multiplies panels of eight columns by Q = H₀H₁… from the left. */
export function applyReflectors(reflectors: i32, n: i32, panels: i32, panelCount: i32): void {
  for (let c = 0; c < panelCount; c++) {
    const panel = ((<usize>panels) << 3) + ((<usize>c * <usize>n) << 6);
    for (let k = n - 2; k >= 0; k--) {
      const v = ((<usize>reflectors) << 3) + ((<usize>k * <usize>n) << 3);
      reflectPanel(panel, n, k + 1, v);
    }
  }
}

/** Applies I − vv' to the rows of a panel from `first` on. */
function reflectPanel(panel: usize, n: i32, first: i32, v: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  for (let i = first; i < n; i++) {
    const row = panel + (<usize>i << 6);
    const factor = v128.load64_splat(v + (<usize>i << 3));
    s0 = f64x2.add(s0, f64x2.mul(factor, v128.load(row)));
    s1 = f64x2.add(s1, f64x2.mul(factor, v128.load(row, 16)));
    s2 = f64x2.add(s2, f64x2.mul(factor, v128.load(row, 32)));
    s3 = f64x2.add(s3, f64x2.mul(factor, v128.load(row, 48)));
  }
  for (let i = first; i < n; i++) {
    const row = panel + (<usize>i << 6);
    const factor = v128.load64_splat(v + (<usize>i << 3));
    v128.store(row, f64x2.sub(v128.load(row), f64x2.mul(factor, s0)));
    v128.store(row, f64x2.sub(v128.load(row, 16), f64x2.mul(factor, s1)), 16);
    v128.store(row, f64x2.sub(v128.load(row, 32), f64x2.mul(factor, s2)), 32);
    v128.store(row, f64x2.sub(v128.load(row, 48), f64x2.mul(factor, s3)), 48);
  }
}

/**
 * Rotates neighboring rows, in every panel.
 *
 * @param rows - Where the panels start, 8n doubles each.
 * @param sweeps - Sweeps one after the other: the number of the first upper row, how many
 *   rotations, then a sine and a cosine for each. Every rotation is one row lower than the last.
 * @param end - Where the sweeps end.
 */
export function rotatePanels(rows: i32, n: i32, panelCount: i32, sweeps: i32, end: i32): void {
  const stop = (<usize>end) << 3;
  for (let c = 0; c < panelCount; c++) {
    const panel = ((<usize>rows) << 3) + ((<usize>c * <usize>n) << 6);
    let at = (<usize>sweeps) << 3;
    while (at < stop) {
      const first = <usize>load<f64>(at);
      const count = <usize>load<f64>(at, 8);
      at += 16;
      rotateRows(panel + (first << 6), at, count);
      at += count << 4;
    }
  }
}

/** Rotates the row at `upper` with the one below it, that one with the next, and so on. */
function rotateRows(upper: usize, rotations: usize, count: usize): void {
  let u0 = v128.load(upper);
  let u1 = v128.load(upper, 16);
  let u2 = v128.load(upper, 32);
  let u3 = v128.load(upper, 48);
  const end = rotations + (count << 4);
  let row = upper;
  for (let at = rotations; at < end; at += 16) {
    const sine = v128.load64_splat(at);
    const cosine = v128.load64_splat(at, 8);
    const lower = row - 64;
    const l0 = v128.load(lower);
    const l1 = v128.load(lower, 16);
    const l2 = v128.load(lower, 32);
    const l3 = v128.load(lower, 48);
    v128.store(row, f64x2.add(f64x2.mul(sine, l0), f64x2.mul(cosine, u0)));
    v128.store(row, f64x2.add(f64x2.mul(sine, l1), f64x2.mul(cosine, u1)), 16);
    v128.store(row, f64x2.add(f64x2.mul(sine, l2), f64x2.mul(cosine, u2)), 32);
    v128.store(row, f64x2.add(f64x2.mul(sine, l3), f64x2.mul(cosine, u3)), 48);
    u0 = f64x2.sub(f64x2.mul(cosine, l0), f64x2.mul(sine, u0));
    u1 = f64x2.sub(f64x2.mul(cosine, l1), f64x2.mul(sine, u1));
    u2 = f64x2.sub(f64x2.mul(cosine, l2), f64x2.mul(sine, u2));
    u3 = f64x2.sub(f64x2.mul(cosine, l3), f64x2.mul(sine, u3));
    row = lower;
  }
  v128.store(row, u0);
  v128.store(row, u1, 16);
  v128.store(row, u2, 32);
  v128.store(row, u3, 48);
}
