import util from "node:util";
import type { TrainingBackend } from "../training-backend.ts";
import { unavailable } from "../unavailable.ts";
import { probe, required } from "./open-core.ts";
import type { ImportPackage, TensorFlow } from "./tensor-flow.ts";
import { tensorFlowBackend } from "./tensor-flow-backend.ts";

/** What the native addon says of itself. */
interface NodeBackend {
  readonly isGPUPackage?: boolean;
  /** Whether it found a GPU, to which it then moves all floats. */
  readonly isUsingGpuDevice?: boolean;
}

/**
 * Opens TensorFlow's native library, on a GPU or not as asked; never on a processor for a GPU.
 *
 * @throws {AppError} `BACKEND_UNAVAILABLE`: the package is not installed, its library does not load,
 *   there is no GPU, or a product of two matrices fails.
 */
export async function openNode(
  id: "tfjs-gpu" | "tfjs-node",
  importPackage: ImportPackage,
): Promise<TrainingBackend> {
  restoreIsNullOrUndefined();
  const name = id === "tfjs-gpu" ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
  const tf = (await required(id, name, importPackage)) as TensorFlow;
  await tf.ready();
  if (tf.getBackend() !== "tensorflow") {
    throw unavailable(id, `TensorFlow.js runs ${tf.getBackend()} and not its native library.`);
  }
  const { isGPUPackage, isUsingGpuDevice } = tf.backend() as NodeBackend;
  if (id === "tfjs-gpu" && !(isGPUPackage && isUsingGpuDevice)) {
    throw unavailable(id, "TensorFlow finds no GPU; look for its messages about CUDA and cuDNN.");
  }
  await probe(id, tf);
  return tensorFlowBackend(tf, id, isUsingGpuDevice ? "GPU, CUDA" : "CPU, TensorFlow");
}

/** Node 23 took away a function that the package calls. */
function restoreIsNullOrUndefined(): void {
  const host = util as { isNullOrUndefined?: (value: unknown) => boolean };
  host.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
