/** Panels that somebody has arranged. */
export interface Dashboard {
  /** A UUID of version 7. */
  readonly id: string;
  readonly title: string;
  /** As the contract encodes them. Opaque to the store. */
  readonly panels: Uint8Array;
  /** Grows by 1 with each change, from 1. */
  readonly revision: number;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
  readonly updateTime: string;
}

/** A series to be drawn. */
export interface Plot {
  /** Days since 1970-01-01, or other numbers. */
  readonly unit: "day" | "number";
  readonly points: Float64Array;
  readonly values: Float64Array;
  /** Bounds, one for each point; nothing where there are none. */
  readonly interval?: { readonly lowers: Float64Array; readonly uppers: Float64Array };
  /** What the values are held against. */
  readonly threshold?: number;
  /** Feature that it is of; nothing for most. */
  readonly feature?: string;
  /** Kind of jobs that it is of; nothing for most. */
  readonly jobKind?: string;
}

/** What is done with the values of a stored series. */
export type SeriesTransform =
  | "less-baseline"
  | "cumulative-mean"
  | "rolling-mean"
  | "cumulative-sum";

/** Which figures of which versions to read. */
export interface SeriesQuery {
  readonly modelId: string;
  readonly numbers: readonly number[];
  readonly aliases: readonly string[];
  /** Name of a stored series, or one of those that are computed. */
  readonly series: string;
  readonly transforms: readonly SeriesTransform[];
  /** Points of a rolling mean, at least 2. */
  readonly window: number;
  /** At least 2. */
  readonly pointCountMax: number;
}
