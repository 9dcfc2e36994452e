import type * as Core from "@tensorflow/tfjs-core";

/** What is used of TensorFlow.js, whichever package brings it. */
export type TensorFlow = typeof Core;

/** Loads a package by name. */
export type ImportPackage = (name: string) => Promise<unknown>;

/** Loads a package that may not be installed. */
export const importPackage: ImportPackage = (name) => import(name);

/** Takes what a package exports, whether it is a CommonJS module or not. */
export function exportsOf(loaded: unknown): unknown {
  const { default: own } = loaded as { default?: unknown };
  return own ?? loaded;
}
