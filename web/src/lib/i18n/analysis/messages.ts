import { en } from "./en.ts";

/** Texts of the analysis pages. Kept apart so that only those pages load them. */
export const a = en;
