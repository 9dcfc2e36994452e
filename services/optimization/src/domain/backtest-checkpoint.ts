import { deserialize, serialize } from "node:v8";
import type { BacktestCheckpoint } from "./backtest-task.ts";

/** Encodes what is done so far. */
export function encodeCheckpoint(checkpoint: BacktestCheckpoint): Uint8Array {
  return serialize(checkpoint);
}

/** Reads what `encodeCheckpoint` wrote. */
export function decodeCheckpoint(data: Uint8Array): BacktestCheckpoint {
  return deserialize(data) as BacktestCheckpoint;
}
