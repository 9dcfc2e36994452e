import { createKernels } from "../kernels/create-kernels.ts";
import { heapPlan } from "../kernels/heap-plan.ts";
import { type Layer, paddedWidth, type Session } from "./layer.ts";
import { type NetworkBody, networkLayers } from "./network-body.ts";
import { layoutOf, type ParameterLayout, parameterPlan } from "./parameter-plan.ts";

/** What a network is laid out for. */
export interface NetworkShape {
  readonly body: NetworkBody;
  /** Features of a step. */
  readonly featureCount: number;
  /** Steps of an observation, the oldest first; 1 for a perceptron. */
  readonly stepCount: number;
}

/** A network in a heap of its own, with a batch of observations. */
export interface Network {
  readonly session: Session;
  readonly layers: readonly Layer[];
  readonly layout: ParameterLayout;
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  /** Observations that batches are taken from, as floats: a block of rows for each step. */
  readonly store: Float32Array;
  /** Floats of a row of `store`. */
  readonly inputWidth: number;
  /** Observations in a batch, at most. */
  readonly batchSize: number;
  /** Offsets of room for as many floats as there are parameters. */
  readonly spare: readonly number[];
  /**
   * Takes a batch from the store.
   *
   * @param rows - Numbers of observations within the store.
   * @param first - First observation of the set that they belong to.
   * @param count - Observations of that set, as its blocks have.
   * @returns Forecasts, of which every eighth float counts, in the order of `rows`.
   */
  readonly forecast: (rows: Int32Array, first: number, count: number) => Float32Array;
  /**
   * Computes gradients of the parameters from that of the forecasts.
   *
   * @param slopes - Derivative of the loss by each forecast of the last batch.
   * @returns Offset of the gradient of the batch, when `needsInput`.
   */
  readonly backward: (slopes: Float64Array, needsInput: boolean) => number;
}

/**
 * Lays out the parameters of a network.
 *
 * @throws {ArgumentError} The body is not valid.
 */
export function parameterLayout({ body, featureCount, stepCount }: NetworkShape): ParameterLayout {
  const parameters = parameterPlan();
  networkLayers(body, featureCount, { plan: heapPlan(), parameters, batchSize: 4, stepCount });
  return layoutOf(parameters);
}

/**
 * Lays out a network.
 *
 * @param rowCounts - Observations of each set in the store, one set after the other.
 * @param spareCount - Rooms of the size of the parameters.
 * @throws {ArgumentError} The body is not valid, or everything together exceeds 2 GiB.
 */
export function buildNetwork(
  shape: NetworkShape,
  batchRows: number,
  rowCounts: readonly number[],
  spareCount: number,
  kind: "wasm" | "twin" = "wasm",
): Network {
  const { stepCount, featureCount } = shape;
  const plan = heapPlan();
  const own = parameterPlan();
  const batchSize = Math.ceil(batchRows / 4) * 4;
  const room = { plan, parameters: own, batchSize, stepCount };
  const layers = networkLayers(shape.body, featureCount, room);
  const inputWidth = paddedWidth(featureCount);
  const storeLength = rowCounts.reduce((sum, rows) => sum + rows, 0) * stepCount * inputWidth;
  const store = plan.floats(storeLength);
  const list = plan.bytes(4 * batchSize);
  const input = plan.floats(stepCount * batchSize * inputWidth);
  const slopesAt = plan.floats(8 * batchSize);
  const parameters = plan.floats(own.length());
  const gradients = plan.floats(own.length());
  const spare = Array.from({ length: spareCount }, () => plan.floats(own.length()));
  const kernels = createKernels(plan.length(), kind);
  const { floats, integers } = kernels.heap;
  const session = { kernels, parameters, gradients };
  let batch = 0;
  return {
    session,
    layers,
    layout: layoutOf(own),
    parameters: floats.subarray(parameters / 4, parameters / 4 + own.length()),
    gradients: floats.subarray(gradients / 4, gradients / 4 + own.length()),
    store: floats.subarray(store / 4, store / 4 + storeLength),
    inputWidth,
    batchSize,
    spare,
    forecast: (rows, first, count) => {
      batch = Math.ceil(rows.length / 4) * 4;
      integers.set(rows, list / 4);
      // What fills up the batch is any observation; its forecast is not used.
      integers.fill(rows[0], list / 4 + rows.length, list / 4 + batch);
      const rowBytes = 4 * inputWidth;
      for (let t = 0; t < stepCount; t++) {
        const from = store + (first * stepCount + t * count) * rowBytes;
        kernels.gatherRows(from, list, input + t * batch * rowBytes, batch, rowBytes);
      }
      const out = layers.reduce((x, layer) => layer.forward(session, x, batch), input);
      return floats.subarray(out / 4, out / 4 + 8 * rows.length);
    },
    backward: (slopes, needsInput) => {
      floats.fill(0, slopesAt / 4, slopesAt / 4 + 8 * batch);
      for (let i = 0; i < slopes.length; i++) {
        floats[slopesAt / 4 + 8 * i] = slopes[i];
      }
      floats.fill(0, gradients / 4, gradients / 4 + own.length());
      return layers.reduceRight(
        (gradient, layer, k) => layer.backward(session, gradient, batch, k > 0 || needsInput),
        slopesAt,
      );
    },
  };
}
