import type { NetworkSpec } from "../network/network-spec.ts";
import { startNetworkTraining } from "../network/train-network.ts";
import type { Training } from "../training.ts";
import type { TrainingSet } from "../training-set.ts";
import type { LearnedModel } from "./learned-model.ts";
import { memberSequence } from "./member-sequence.ts";

/**
 * Starts training networks that differ in their seeds, one after the other.
 *
 * @throws {ArgumentError} The specification, a training set or the checkpoint is not valid.
 */
export function startNetworks(
  spec: NetworkSpec & { readonly memberCount: number },
  set: TrainingSet,
  {
    validation,
    checkpoint,
  }: { readonly validation?: TrainingSet; readonly checkpoint?: Uint8Array },
): Training<LearnedModel, Uint8Array> {
  const sequence = memberSequence(
    spec,
    (own, from) =>
      startNetworkTraining(own, set, {
        ...(validation && { validation }),
        ...(from && { checkpoint: from }),
      }),
    checkpoint,
  );
  return {
    progress: sequence.progress,
    advance: () => sequence.settle(sequence.current().advance()),
    checkpoint: sequence.checkpoint,
    model: sequence.model,
  };
}
