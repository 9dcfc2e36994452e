import type { Logger } from "@portfolio/platform/logger";
import { BACKEND_MEMORY, type BackendOptions, findBackend } from "./adapters/find-backend.ts";
import type { TrainingProcess } from "./adapters/training-kind.ts";
import { backendGauge, trainingDurations } from "./adapters/training-metrics.ts";
import type { TrainingSources } from "./app/prepare-training.ts";

/** What jobs that train need to know of what computes networks. */
export interface Computing extends TrainingProcess, Pick<TrainingSources, "networkBackend"> {
  /** Stops looking for it. */
  readonly close: () => Promise<void>;
}

interface ComputingDeps {
  /** Absent where nothing is trained: then nothing is looked for. */
  readonly backend: BackendOptions | undefined;
  readonly log: Logger;
  readonly metrics?: { readonly registry: Parameters<typeof backendGauge>[0] } | undefined;
}

/**
 * Finds out what computes networks here, while the service starts. If what was asked for cannot be
 * used, trainings of networks fail, and all else goes on.
 */
export function openComputing({ backend, log, metrics }: ComputingDeps): Computing {
  if (backend === undefined) {
    const networkBackend = async () => ({ id: "native" }) as const;
    return { networkBackend, process: {}, onTrained: undefined, close: async () => undefined };
  }
  const { setting, packagesDirectory, environment = {} } = backend;
  const stop = new AbortController();
  const gauge = metrics && backendGauge(metrics.registry);
  const search = findBackend(backend, stop.signal);
  const noted = search.then(
    (found) => {
      gauge?.found(found);
      const { id, device, declined } = found;
      log.info({ backend: id, device, declined }, "backend of networks found");
    },
    (error: unknown) => {
      if (stop.signal.aborted) {
        return;
      }
      gauge?.unavailable(setting);
      log.error({ backend: setting, err: error }, "backend of networks cannot be used");
    },
  );
  return {
    networkBackend: async () => ({ id: (await search).id, packagesDirectory }),
    process: setting === "native" ? {} : { ...BACKEND_MEMORY, environment },
    onTrained: metrics && trainingDurations(metrics.registry),
    close: async () => {
      stop.abort();
      await noted;
    },
  };
}
