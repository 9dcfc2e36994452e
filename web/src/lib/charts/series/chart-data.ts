/** One line of a chart: a value for each place along the horizontal axis. NaN leaves a gap. */
export interface LineSeries {
  readonly name: string;
  /** CSS color. */
  readonly color: string;
  readonly values: ArrayLike<number>;
  readonly dashed?: boolean;
}

/** A filled area between two curves. */
export interface BandSeries {
  readonly name: string;
  /** CSS color. */
  readonly color: string;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  /** From 0 to 1. */
  readonly opacity: number;
}

/** What stands for a chart as a table, and as a CSV file. Cells are formatted. */
export interface ChartTable {
  readonly caption: string;
  readonly header: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[];
}

/** Words of the charts of series, matrices and bars. */
export interface SeriesLabels {
  readonly showTable: string;
  readonly hideTable: string;
  readonly download: (format: string) => string;
  /** Name of the cursor that the arrow keys move. */
  readonly cursor: (chart: string) => string;
}
