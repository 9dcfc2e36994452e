import { nativeBackend, openBackend, packageImporter } from "@portfolio/backends";
import type { Trainer } from "@portfolio/learning";
import type { NetworkBackend } from "../domain/training-task.ts";

/**
 * Opens what computes the networks of a training, within the process of a job: TensorFlow.js has one
 * backend per process.
 *
 * @throws {AppError} `BACKEND_UNAVAILABLE`.
 */
export async function openTrainer({ id, packagesDirectory }: NetworkBackend): Promise<Trainer> {
  if (id === "native") {
    return nativeBackend;
  }
  return (await openBackend(id, packageImporter(packagesDirectory))).backend;
}
