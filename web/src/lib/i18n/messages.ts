import { en } from "./en.ts";
import { language } from "./language.ts";

/** The shape that every language fills. */
export type Messages = typeof en;

/** The texts of the page. Other languages than English are loaded only where they are read. */
export const t: Messages = language === "de" ? (await import("./de.ts")).de : en;
