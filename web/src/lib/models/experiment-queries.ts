import { call } from "../api/call.ts";

/** Number of the contract for an experiment that runs. */
export const RUNNING = 1;

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
export function previewQuery(modelId: string, challenger: number) {
  return {
    queryKey: ["models", modelId, "experiment-preview", challenger],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call((clients) =>
        clients.experiment.previewExperiment(
          { spec: { modelId, challengerVersion: challenger } },
          { signal },
        ),
      ),
    enabled: challenger > 0,
    retry: false,
  };
}

/** Starts an experiment against the champion. */
export function startExperiment(modelId: string, challenger: number): Promise<void> {
  return call(async (clients) => {
    await clients.experiment.startExperiment({ spec: { modelId, challengerVersion: challenger } });
  });
}

/** Ends an experiment. */
export function stopExperiment(id: string): Promise<void> {
  return call(async (clients) => {
    await clients.experiment.stopExperiment({ id });
  });
}
