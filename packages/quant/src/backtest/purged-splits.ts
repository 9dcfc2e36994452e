import { ArgumentError } from "../errors.ts";

/** How rows are cut and what is left out around the tests. */
export interface PurgedCrossValidation {
  readonly rowCount: number;
  /** Consecutive folds of ⌊rows/folds⌋ rows; the last takes what is over. At least 3. */
  readonly foldCount: number;
  /** Folds tested at a time, at least 2 and fewer than there are. */
  readonly testFoldCount: number;
  /** Rows left out of training before and after each test. */
  readonly purgeRows: number;
  /** Further rows left out after each test. */
  readonly embargoRows: number;
}

/** One choice of test folds. */
export interface PurgedSplit {
  /** Rows to fit on, ascending. */
  readonly trainRows: Int32Array;
  readonly tests: readonly TestFold[];
}

/** A fold that a split tests. */
export interface TestFold {
  readonly start: number;
  /** First row after. */
  readonly end: number;
  /** Path, counted from 0, that the test belongs to: each path covers every row once. */
  readonly pathIndex: number;
}

// A fit each: more than this is a mistake and not a plan.
const SPLIT_COUNT_MAX = 20_000;

/**
 * Lists the splits of combinatorial purged cross-validation.
 *
 * Every choice of p of the k folds is tested on a fit to the rest. The tests make up
 * C(k, p)·p/k paths through all rows, each from fits that did not see what they are tested on.
 *
 * @returns C(k, p) splits, in the order of their test folds.
 * @throws {ArgumentError} A number is not valid, purge and embargo take up a fold, or there are over
 *   20,000 splits.
 * @see López de Prado (2018), "Advances in Financial Machine Learning", sections 7.4 and 12.4
 */
export function purgedSplits(plan: PurgedCrossValidation): readonly PurgedSplit[] {
  checkPlan(plan);
  const { rowCount, foldCount, testFoldCount } = plan;
  const foldRows = Math.floor(rowCount / foldCount);
  const testsSoFar = new Int32Array(foldCount);
  return combinations(foldCount, testFoldCount).map((folds) => {
    const tests = folds.map((fold) => ({
      start: fold * foldRows,
      end: fold === foldCount - 1 ? rowCount : (fold + 1) * foldRows,
      pathIndex: testsSoFar[fold]++,
    }));
    return { trainRows: trainRows(plan, tests), tests };
  });
}

function trainRows(plan: PurgedCrossValidation, tests: readonly TestFold[]): Int32Array {
  const isFree = new Uint8Array(plan.rowCount).fill(1);
  for (const { start, end } of tests) {
    const after = end + plan.purgeRows + plan.embargoRows;
    isFree.fill(0, Math.max(0, start - plan.purgeRows), Math.min(plan.rowCount, after));
  }
  return Int32Array.from(isFree.keys()).filter((row) => isFree[row] === 1);
}

/** Lists the choices of `size` numbers below `count`, in lexicographic order. */
function combinations(count: number, size: number): number[][] {
  const found: number[][] = [];
  const chosen = Array.from({ length: size }, (_, k) => k);
  for (;;) {
    found.push([...chosen]);
    let k = size - 1;
    while (k >= 0 && chosen[k] === count - size + k) {
      k--;
    }
    if (k < 0) {
      return found;
    }
    chosen[k]++;
    for (let after = k + 1; after < size; after++) {
      chosen[after] = chosen[after - 1] + 1;
    }
  }
}

function combinationCount(count: number, size: number): number {
  let ways = 1;
  for (let k = 1; k <= size; k++) {
    ways = (ways * (count - size + k)) / k;
  }
  return Math.round(ways);
}

function checkPlan(plan: PurgedCrossValidation): void {
  const { rowCount, foldCount, testFoldCount, purgeRows, embargoRows } = plan;
  for (const [what, value] of Object.entries<number>({ ...plan })) {
    if (!(Number.isInteger(value) && value >= 0)) {
      throw new ArgumentError(`${what} is ${value}, not an integer of at least 0`);
    }
  }
  if (!(foldCount >= 3 && testFoldCount >= 2 && testFoldCount < foldCount)) {
    throw new ArgumentError(`${testFoldCount} of ${foldCount} folds cannot be tested at a time`);
  }
  if (!(purgeRows + embargoRows < Math.floor(rowCount / foldCount) - 1)) {
    throw new ArgumentError(
      `${rowCount} rows in ${foldCount} folds are too few to leave out ${purgeRows + embargoRows}`,
    );
  }
  if (combinationCount(foldCount, testFoldCount) > SPLIT_COUNT_MAX) {
    throw new ArgumentError(
      `${testFoldCount} of ${foldCount} folds make more than ${SPLIT_COUNT_MAX} splits`,
    );
  }
}

/**
 * Puts the test returns of all splits together to the paths they belong to.
 *
 * @param splits - As `purgedSplits` gives them.
 * @param returns - For each split and each of its tests, the returns of the test's rows.
 * @returns A return per row for each path.
 * @throws {ArgumentError} A test has another number of returns than rows.
 */
export function assemblePaths(
  splits: readonly PurgedSplit[],
  returns: readonly (readonly Float64Array[])[],
): readonly Float64Array[] {
  const tests = splits.flatMap((split) => split.tests);
  const values = returns.flat();
  const rowCount = tests.reduce((last, { end }) => Math.max(last, end), 0);
  const pathCount = tests.reduce((last, { pathIndex }) => Math.max(last, pathIndex + 1), 0);
  const paths = Array.from({ length: pathCount }, () => new Float64Array(rowCount));
  for (const [k, { start, end, pathIndex }] of tests.entries()) {
    if (values[k]?.length !== end - start) {
      throw new ArgumentError(`test ${k} has ${values[k]?.length} returns, not ${end - start}`);
    }
    paths[pathIndex].set(values[k], start);
  }
  return paths;
}
