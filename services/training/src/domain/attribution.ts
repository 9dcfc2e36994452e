import type { ExplanationMethod, ExplanationUnit } from "@portfolio/learning";

/** What features contributed to forecasts over time, without regard to sign. */
export interface Attribution {
  readonly method: ExplanationMethod;
  readonly unit: ExplanationUnit;
  /** `YYYY-MM-DD`, ascending. */
  readonly dates: readonly string[];
  /** The most important first. */
  readonly features: readonly {
    readonly name: string;
    /** Mean over assets, one per date. */
    readonly byDate: readonly number[];
    readonly mean: number;
  }[];
}
