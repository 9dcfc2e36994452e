import { en } from "./en.ts";

/** Texts of the pages about models. Kept apart so that only those pages load them. */
export const m = en;
