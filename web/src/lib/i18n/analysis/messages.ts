import { language } from "../language.ts";
import { en } from "./en.ts";

/** Texts of the analysis pages. Kept apart so that only those pages load them. */
export const a: typeof en = language === "de" ? (await import("./de.ts")).de : en;
