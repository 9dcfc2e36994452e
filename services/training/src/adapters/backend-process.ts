import { type BackendSetting, openBackend, packageImporter } from "@portfolio/backends";

/** What a process is to open. */
export interface BackendQuestion {
  readonly setting: BackendSetting;
  readonly packagesDirectory: string | undefined;
}

/** Runs in a process of its own: see `findBackend`. @throws {AppError} `BACKEND_UNAVAILABLE`. */
export async function run({ setting, packagesDirectory }: BackendQuestion) {
  const { backend, declined } = await openBackend(setting, packageImporter(packagesDirectory));
  return { id: backend.id, device: backend.device, declined };
}
