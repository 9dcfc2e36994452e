import { en } from "./en.ts";
import { care } from "./en-care.ts";

/** Texts of the pages about models. Kept apart so that only those pages load them. */
export const m = { ...en, ...care };
