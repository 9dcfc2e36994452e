import { language } from "../language.ts";
import { en } from "./en.ts";
import { care } from "./en-care.ts";

/** English texts of the pages about models. */
export const enModels = { ...en, ...care };

/** Texts of the pages about models. Kept apart so that only those pages load them. */
export const m: typeof enModels = language === "de" ? (await import("./de.ts")).de : enModels;
