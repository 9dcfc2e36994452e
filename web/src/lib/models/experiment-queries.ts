import { call } from "../api/call.ts";

/** Number of the contract for an experiment that runs. */
export const RUNNING = 1;

// Numbers of the contract, so that the page loads without its descriptors.
const [TURNOVER, SQUARED_ERROR, DRAWDOWN, CALIBRATION] = [1, 2, 3, 4];

/** By which rules a challenger is tried. */
export interface ExperimentRules {
  /** Chance of ever deciding although there is no difference. */
  readonly level: number;
  /** Least mean difference per day worth promoting for. Missing means the service's own. */
  readonly effectMin: number | undefined;
  /** Share of those who ask that the challenger serves. 0 means that it forecasts in the shadow. */
  readonly canaryShare: number;
  /** Whether it becomes the champion by itself when it is better. */
  readonly autoPromote: boolean;
  /** By how much turnover may grow, from 0 to 1. Missing means by any. */
  readonly turnoverMargin: number | undefined;
  /** By how much the squared error may grow, over the variance of outcomes. Missing means by any. */
  readonly errorMargin: number | undefined;
  /** By how much the deepest fall of a block may grow, in the unit of outcomes. Missing means by any. */
  readonly drawdownMargin: number | undefined;
  /** By how much the cost of miscalibration may grow. Missing means by any. */
  readonly calibrationMargin: number | undefined;
}

export const DEFAULT_RULES: ExperimentRules = {
  level: 0.05,
  effectMin: undefined,
  canaryShare: 0,
  autoPromote: false,
  turnoverMargin: undefined,
  errorMargin: undefined,
  drawdownMargin: undefined,
  calibrationMargin: undefined,
};

/** Asks for the newest experiment of a model, with all that is known. Null where there is none. */
export function experimentQuery(modelId: string) {
  return {
    queryKey: ["models", modelId, "experiment"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const request = { modelId, pageSize: 1 };
        const { experiments } = await clients.experiment.listExperiments(request, { signal });
        const id = experiments[0]?.id;
        return id === undefined ? null : clients.experiment.getExperiment({ id }, { signal });
      }),
    staleTime: 0,
  };
}

/** Asks where an experiment against the champion would stand. @param challenger - 0 asks nothing. */
export function previewQuery(modelId: string, challenger: number, rules: ExperimentRules) {
  return {
    queryKey: ["models", modelId, "experiment-preview", challenger, rules],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call((clients) =>
        clients.experiment.previewExperiment(
          { spec: experimentSpec(modelId, challenger, rules) },
          { signal },
        ),
      ),
    enabled: challenger > 0,
    retry: false,
  };
}

/** Starts an experiment against the champion. */
export function startExperiment(
  modelId: string,
  challenger: number,
  rules: ExperimentRules,
): Promise<void> {
  return call(async (clients) => {
    await clients.experiment.startExperiment({ spec: experimentSpec(modelId, challenger, rules) });
  });
}

/** Ends an experiment. */
export function stopExperiment(id: string): Promise<void> {
  return call(async (clients) => {
    await clients.experiment.stopExperiment({ id });
  });
}

function experimentSpec(modelId: string, challengerVersion: number, rules: ExperimentRules) {
  const { level, effectMin = 0, canaryShare, autoPromote, turnoverMargin, errorMargin } = rules;
  const { drawdownMargin, calibrationMargin } = rules;
  const margins = [
    [TURNOVER, turnoverMargin],
    [SQUARED_ERROR, errorMargin],
    [DRAWDOWN, drawdownMargin],
    [CALIBRATION, calibrationMargin],
  ] as const;
  return {
    ...{ modelId, challengerVersion, level, effectMin, canaryShare, autoPromote },
    guards: margins.flatMap(([metric, margin]) =>
      margin === undefined ? [] : [{ metric, margin }],
    ),
  };
}
