import { language } from "../language.ts";
import { en } from "./en.ts";

/** Texts of the dashboards. Kept apart so that only their page loads them. */
export const d: typeof en = language === "de" ? (await import("./de.ts")).de : en;
