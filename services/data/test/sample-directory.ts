import { join } from "node:path";

/** Holds the bundled sample. */
export const SAMPLE_DIRECTORY = join(import.meta.dirname, "../../../data");
