import { en } from "./en.ts";

/** The shape that every language fills. */
export type Messages = typeof en;

const LANGUAGES = { en } as const satisfies Record<string, Messages>;
export type Language = keyof typeof LANGUAGES;

/** The language of the page: the first of the browser's that has a catalog, else English. */
export function pageLanguage(preferred: readonly string[]): Language {
  const codes = preferred.map((tag) => tag.split("-")[0]);
  const known = codes.find((code): code is Language => code !== undefined && code in LANGUAGES);
  return known ?? "en";
}

/** The texts of the page. */
export const t: Messages = LANGUAGES[pageLanguage(navigator.languages)];
