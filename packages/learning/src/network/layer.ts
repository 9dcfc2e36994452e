import type { HeapPlan } from "../kernels/heap-plan.ts";
import type { KernelSet } from "../kernels/kernel-set.ts";
import type { ParameterPlan } from "./parameter-plan.ts";

/** Where a network runs: the kernels, and the places of its parameters and their gradients. */
export interface Session {
  readonly kernels: KernelSet;
  /** Offset of the parameters in bytes. */
  readonly parameters: number;
  /** Offset of the gradients, laid out as the parameters are. */
  readonly gradients: number;
}

/** What a layer is laid out for. */
export interface LayerRoom {
  readonly plan: HeapPlan;
  readonly parameters: ParameterPlan;
  /** Observations in a batch, at most; a multiple of 4. */
  readonly batchSize: number;
  /** Steps of a sequence; 1 where there is none. */
  readonly stepCount: number;
}

/**
 * A part of a network.
 *
 * Activations are rows of floats, `width` each, filled up with zeros to a multiple of 8. A sequence
 * is one block of rows for each of its steps, the oldest first.
 */
export interface Layer {
  /** Floats of a row that comes out, a multiple of 8. */
  readonly width: number;
  /**
   * Computes activations.
   *
   * @param x - Offset of what comes in; it must stay until the gradients are computed.
   * @param batch - Observations, a multiple of 4.
   * @returns Offset of what comes out.
   */
  readonly forward: (session: Session, x: number, batch: number) => number;
  /**
   * Adds to the gradients of the parameters, and computes that of what came in.
   *
   * @param gradient - Offset of the gradient of what came out; it is changed.
   * @returns Offset of the gradient of what came in; meaningless unless `needsInput`.
   */
  readonly backward: (
    session: Session,
    gradient: number,
    batch: number,
    needsInput: boolean,
  ) => number;
}

/** Fills up a width to a multiple of 8. */
export function paddedWidth(width: number): number {
  return Math.ceil(width / 8) * 8;
}

/** Copies floats within the heap; offsets count bytes. */
export function copyFloats({ kernels }: Session, from: number, to: number, count: number): void {
  kernels.heap.floats.copyWithin(to / 4, from / 4, from / 4 + count);
}

/** Sets floats of the heap to 0. */
export function clearFloats({ kernels }: Session, at: number, count: number): void {
  kernels.heap.floats.fill(0, at / 4, at / 4 + count);
}
