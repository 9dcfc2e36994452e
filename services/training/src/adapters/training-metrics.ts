import { labelDurations, labelGauge } from "@portfolio/platform/label-metrics";
import type { FoundBackend } from "./find-backend.ts";
import type { TrainingResult } from "./training-process.ts";

type Registry = Parameters<typeof labelGauge>[0];

/** Shows what computes networks: 1 for what can, 0 for what was asked for and cannot. */
export function backendGauge(registry: Registry) {
  const show = labelGauge(registry, {
    name: "portfolio_training_backend_info",
    help: "1 for what computes networks here, 0 when it was asked for and cannot.",
    labelNames: ["backend", "device"],
  });
  return {
    found: ({ id, device }: FoundBackend) => show({ backend: id, device }, 1),
    unavailable: (backend: string) => show({ backend, device: "" }, 0),
  };
}

/** Times trainings by what computed them last. */
export function trainingDurations(registry: Registry): (result: TrainingResult) => void {
  const observe = labelDurations(registry, {
    name: "portfolio_training_duration_seconds",
    help: "Time of the attempt that trained a version.",
    labelNames: ["backend"],
  });
  return ({ computedBy, durationMs }) =>
    observe({ backend: computedBy.at(-1)?.id ?? "" }, durationMs);
}
