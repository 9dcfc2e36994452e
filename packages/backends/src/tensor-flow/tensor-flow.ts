import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Core from "@tensorflow/tfjs-core";

/** What is used of TensorFlow.js, whichever package brings it. */
export type TensorFlow = typeof Core;

/** Loads a package by name. */
export type ImportPackage = (name: string) => Promise<unknown>;

/**
 * Makes what loads packages that may not be installed.
 *
 * @param directory - Folder with a `node_modules` that has them. (Default: as any import does.)
 */
export function packageImporter(directory?: string): ImportPackage {
  if (directory === undefined) {
    return (name) => import(name);
  }
  const { resolve } = createRequire(pathToFileURL(join(directory, "package.json")));
  return async (name) => import(pathToFileURL(resolve(name)).href);
}

/** Takes what a package exports, whether it is a CommonJS module or not. */
export function exportsOf(loaded: unknown): unknown {
  const { default: own } = loaded as { default?: unknown };
  return own ?? loaded;
}
