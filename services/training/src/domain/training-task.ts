import type { BackendId } from "@portfolio/backends";
import type { AssetPrices, ForecastTrainingResult, TriedSharpes } from "@portfolio/learning";
import type { Metric, MetricSeries, Replay } from "./model-version.ts";
import type { TrainingSpec } from "./training-spec.ts";

/** A version that a combination is made of. */
export interface ParentVersion {
  readonly number: number;
  readonly artifact: Uint8Array;
  readonly replay: Replay;
}

/** What computes the networks of a training. */
export interface NetworkBackend {
  readonly id: BackendId;
  /** Folder with the packages of TensorFlow.js. (Default: as any import finds them.) */
  readonly packagesDirectory?: string | undefined;
}

/** All that a training needs. Plain data. */
export interface TrainingTask extends AssetPrices {
  readonly spec: TrainingSpec;
  /** `YYYY-MM-DD`, ascending, a row of closes each. */
  readonly dates: readonly string[];
  /** What was tried for the model before, this version counted. */
  readonly tried: TriedSharpes;
  /** Of a combination; none otherwise. */
  readonly parents: readonly ParentVersion[];
  /** `native` for all but networks. */
  readonly backend: NetworkBackend;
}

/** What a training made. Plain data. */
export interface TrainingOutcome {
  readonly artifact: Uint8Array;
  readonly metrics: readonly Metric[];
  readonly series: readonly MetricSeries[];
  readonly replay: Replay;
  readonly computedBy: ForecastTrainingResult["computedBy"];
}
