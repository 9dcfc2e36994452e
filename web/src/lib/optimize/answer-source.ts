import type {
  DatesUsed,
  Notice,
  Provenance,
} from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";

/** What an answer rests on, so that a reader can judge it and compute it again. */
export interface AnswerSource {
  /** Undefined when no price was read. */
  readonly dates: PriceDates | undefined;
  /** Such as `sample@1`. Empty when no price was read. */
  readonly dataset: string;
  readonly methodVersions: Readonly<Record<string, string>>;
  /** SHA-256, hexadecimal. */
  readonly contentHash: string;
  /** Versions of models whose forecasts were used. */
  readonly forecasts: readonly ForecastOrigin[];
  readonly notices: readonly { readonly reason: string; readonly description: string }[];
}

interface ForecastOrigin {
  /** Such as `expected_returns.forecast`, the field of the request. */
  readonly field: string;
  readonly modelId: string;
  readonly version: number;
  /** Last day of the prices that it forecast from, `YYYY-MM-DD`. */
  readonly asOfDate: string;
  /** Share of the outcomes' variance that its forecasts explain, as far as it is known. */
  readonly confidence: number | undefined;
}

interface PriceDates {
  /** `YYYY-MM-DD`, both included. */
  readonly startDate: string;
  readonly endDate: string;
  readonly returnCount: number;
  /** Assets whose own history is longer than what all of them share. */
  readonly cutSymbols: readonly string[];
}

/** Takes the source out of any answer of the optimizer. */
export function sourceOf(answer: {
  readonly datesUsed?: DatesUsed | undefined;
  readonly provenance?: Provenance | undefined;
  readonly notices: readonly Notice[];
}): AnswerSource {
  const { datesUsed, provenance, notices } = answer;
  const dataset = provenance?.dataset;
  return {
    dates: datesUsed && {
      startDate: datesUsed.startDate,
      endDate: datesUsed.endDate,
      returnCount: datesUsed.returnCount,
      cutSymbols: datesUsed.droppedHistories.map(({ symbol }) => symbol),
    },
    dataset: dataset ? `${dataset.id}@${dataset.revision}` : "",
    methodVersions: provenance?.methodVersions ?? {},
    contentHash: provenance?.contentHash ?? "",
    forecasts: (provenance?.forecasts ?? []).map((use) => ({
      ...{ field: use.field, modelId: use.modelId, version: use.version },
      ...{ asOfDate: use.asOfDate, confidence: use.confidence },
    })),
    notices: notices.map(({ reason, description }) => ({ reason, description })),
  };
}
