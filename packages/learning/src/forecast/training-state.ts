import { ArgumentError } from "@portfolio/quant";
import { decodeArtifact, encodeArtifact, tensorOf } from "../model/artifact.ts";
import type { Trainer } from "../model/trainer.ts";
import type { AwaitedTraining } from "../training.ts";
import type { ForecastRule } from "./forecast-rule.ts";

const KIND = "forecast-training";

/** What computes, of all that is known of a trainer. */
export type Computer = Pick<Trainer, "id" | "device">;

/** What a training has led to so far. */
export interface TrainingState {
  fold: number;
  /** Sums of forecasts of each row, and how many folds forecast it. */
  readonly sums: Float64Array;
  readonly counts: Int32Array;
  readonly foldOfRow: Int32Array;
  readonly trainingLosses: number[];
  readonly validationLosses: number[];
  readonly computedBy: Computer[];
  rule: ForecastRule | undefined;
  inner: Uint8Array | undefined;
}

/** The state before the first step. */
export function newState(rowCount: number): TrainingState {
  return {
    fold: 0,
    sums: new Float64Array(rowCount),
    counts: new Int32Array(rowCount),
    foldOfRow: new Int32Array(rowCount),
    trainingLosses: [],
    validationLosses: [],
    computedBy: [],
    rule: undefined,
    inner: undefined,
  };
}

/** Writes a state, and that of what is in training. */
export function writeState(
  state: TrainingState,
  inner: AwaitedTraining<ForecastRule, Uint8Array> | undefined,
): Uint8Array {
  // Rows before the first test have no forecast: they are left out.
  const first = Math.max(
    0,
    state.counts.findIndex((count) => count > 0),
  );
  const own = inner?.progress() === undefined ? new Uint8Array(0) : inner.checkpoint();
  return encodeArtifact({
    attributes: { kind: KIND, fold: state.fold, first, computedBy: state.computedBy },
    tensors: {
      sums: state.sums.subarray(first),
      counts: state.counts.subarray(first),
      foldOfRow: state.foldOfRow.subarray(first),
      trainingLosses: Float64Array.from(state.trainingLosses),
      validationLosses: Float64Array.from(state.validationLosses),
      inner: own,
    },
  });
}

/**
 * Reads what `writeState` wrote.
 *
 * @throws {ArgumentError} It is of something else.
 */
export function readState(
  { rowCount, foldCount }: { readonly rowCount: number; readonly foldCount: number },
  bytes: Uint8Array,
): TrainingState {
  const artifact = decodeArtifact(bytes);
  const { kind, fold, first, computedBy } = artifact.attributes;
  const state = newState(rowCount);
  const count = state.sums.length - Number(first);
  if (kind !== KIND || !(Number(fold) <= foldCount)) {
    throw new ArgumentError(`the checkpoint is of ${String(kind)}, not of this training`);
  }
  state.fold = Number(fold);
  state.computedBy.push(...((computedBy ?? []) as readonly Computer[]));
  state.sums.set(tensorOf(artifact, "sums", Float64Array, count), Number(first));
  state.counts.set(tensorOf(artifact, "counts", Int32Array, count), Number(first));
  state.foldOfRow.set(tensorOf(artifact, "foldOfRow", Int32Array, count), Number(first));
  state.trainingLosses.push(...tensorOf(artifact, "trainingLosses", Float64Array));
  state.validationLosses.push(...tensorOf(artifact, "validationLosses", Float64Array));
  const inner = tensorOf(artifact, "inner", Uint8Array);
  state.inner = inner.length > 0 ? inner : undefined;
  return state;
}

/** Notes what took a step. */
export function noteComputer({ computedBy }: TrainingState, { id, device }: Computer): void {
  const last = computedBy.at(-1);
  if (last?.id !== id || last.device !== device) {
    computedBy.push({ id, device });
  }
}
