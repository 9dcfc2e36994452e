import type { BackendId, TrainingBackend } from "../training-backend.ts";
import { unavailable } from "../unavailable.ts";
import { exportsOf, type ImportPackage, type TensorFlow } from "./tensor-flow.ts";
import { tensorFlowBackend } from "./tensor-flow-backend.ts";

/** How Node says that there is no such package: to an import, and to `require`. */
const MISSING: ReadonlySet<string> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

const CORE = "@tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-layers@4.22.0";
const RUN = "Run npm i --no-save";
/** What to type to have a backend. */
const INSTALLATION: Readonly<Partial<Record<BackendId, string>>> = {
  "tfjs-gpu": `${RUN} @tensorflow/tfjs-node-gpu@4.22.0 --ignore-scripts=false.`,
  "tfjs-node": `${RUN} @tensorflow/tfjs-node@4.22.0 --ignore-scripts=false.`,
  webgpu: `${RUN} webgpu@0.6.2 ${CORE} @tensorflow/tfjs-backend-webgpu@4.22.0.`,
  wasm: `${RUN} ${CORE} @tensorflow/tfjs-backend-wasm@4.22.0.`,
  cpu: `${RUN} ${CORE} @tensorflow/tfjs-backend-cpu@4.22.0.`,
};

/**
 * Loads a package of TensorFlow.js that may not be installed.
 *
 * @throws {AppError} `BACKEND_UNAVAILABLE`: it is not, or it fails to load.
 */
export async function required(
  id: BackendId,
  name: string,
  importPackage: ImportPackage,
): Promise<unknown> {
  try {
    return exportsOf(await importPackage(name));
  } catch (cause) {
    const why = MISSING.has((cause as { code?: string }).code ?? "")
      ? `the package ${name} is not installed. ${INSTALLATION[id] ?? ""}`.trim()
      : `the package ${name} does not load: ${(cause as Error).message}`;
    throw unavailable(id, why, cause);
  }
}

/**
 * Sets the backend of TensorFlow.js, which otherwise takes another one without a word.
 *
 * @throws {AppError} `BACKEND_UNAVAILABLE`: it does not start.
 */
async function setBackend(id: BackendId, tf: TensorFlow, name: string): Promise<void> {
  let isSet = false;
  let cause: unknown;
  try {
    isSet = await tf.setBackend(name);
    await tf.ready();
  } catch (error) {
    cause = error;
  }
  if (!isSet || tf.getBackend() !== name) {
    throw unavailable(id, `TensorFlow.js does not start its backend ${name}.`, cause);
  }
}

/**
 * Multiplies two matrices and compares the product.
 *
 * @throws {AppError} `BACKEND_UNAVAILABLE`: it fails or is wrong.
 */
export async function probe(id: BackendId, tf: TensorFlow): Promise<void> {
  let product: ArrayLike<number> = [];
  let cause: unknown;
  try {
    const out = tf.tidy(() =>
      tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])),
    );
    product = await out.data();
    out.dispose();
  } catch (error) {
    cause = error;
  }
  // By hand: (1 2; 3 4)(5 6; 7 8).
  const isRight = [19, 22, 43, 50].every(
    (expected, k) => Math.abs((product[k] ?? 0) - expected) < 1e-3,
  );
  if (!isRight) {
    throw unavailable(id, "a product of two matrices fails or is wrong.", cause);
  }
}

/**
 * Loads TensorFlow.js with one of its backends, and sets it.
 *
 * @throws {AppError} `BACKEND_UNAVAILABLE`.
 */
export async function openCore(
  id: "cpu" | "wasm" | "webgpu",
  importPackage: ImportPackage,
): Promise<TensorFlow> {
  const tf = (await required(id, "@tensorflow/tfjs-core", importPackage)) as TensorFlow;
  // Brings the gradients of all operations.
  await required(id, "@tensorflow/tfjs-layers", importPackage);
  await required(id, `@tensorflow/tfjs-backend-${id}`, importPackage);
  await setBackend(id, tf, id);
  await probe(id, tf);
  return tf;
}

/**
 * Opens the backend in plain JavaScript, or that in WebAssembly: for comparison, not for use.
 *
 * @throws {AppError} `BACKEND_UNAVAILABLE`.
 */
export async function openReference(
  id: "cpu" | "wasm",
  importPackage: ImportPackage,
): Promise<TrainingBackend> {
  const tf = await openCore(id, importPackage);
  return tensorFlowBackend(tf, id, id === "cpu" ? "CPU, JavaScript" : "CPU, WebAssembly");
}
