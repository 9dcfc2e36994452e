import { AppError } from "@portfolio/platform/app-error";
import { nativeBackend } from "./native-backend.ts";
import { openReference } from "./tensor-flow/open-core.ts";
import { openNode } from "./tensor-flow/open-node.ts";
import { openWebgpu } from "./tensor-flow/open-webgpu.ts";
import { type ImportPackage, packageImporter } from "./tensor-flow/tensor-flow.ts";
import type { BackendId, BackendSetting, TrainingBackend } from "./training-backend.ts";

/** A backend, and why others were not taken. */
export interface OpenedBackend {
  readonly backend: TrainingBackend;
  /** One sentence for each backend that `auto` tried before; empty otherwise. */
  readonly declined: readonly string[];
}

/**
 * Opens what computes networks.
 *
 * `auto` takes a GPU through CUDA, else one through WebGPU, else what is native. A backend that is
 * named is taken or refused; there is never another in its place. TensorFlow.js has one backend per
 * process, so that a process should open only one.
 *
 * @param load - Loads packages, which are peers that may not be installed.
 * @throws {AppError} `BACKEND_UNAVAILABLE`: the one that is named cannot be used here.
 */
export async function openBackend(
  setting: BackendSetting,
  load: ImportPackage = packageImporter(),
): Promise<OpenedBackend> {
  if (setting !== "auto") {
    return { backend: await open(setting, true, load), declined: [] };
  }
  const declined: string[] = [];
  for (const id of ["tfjs-gpu", "webgpu"] as const) {
    try {
      return { backend: await open(id, false, load), declined };
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      declined.push(error.message);
    }
  }
  return { backend: nativeBackend, declined };
}

function open(id: BackendId, isNamed: boolean, load: ImportPackage): Promise<TrainingBackend> {
  switch (id) {
    case "native":
      return Promise.resolve(nativeBackend);
    case "tfjs-gpu":
    case "tfjs-node":
      return openNode(id, load);
    case "webgpu":
      return openWebgpu(isNamed, load);
    case "wasm":
    case "cpu":
      return openReference(id, load);
  }
}
