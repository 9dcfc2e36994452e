import { readStored, writeStored } from "../state/stored.ts";

/** Every language with catalogs, with the locale of its numbers and dates. */
export const LOCALES = { en: "en-US", de: "de-DE" } as const;
export type Language = keyof typeof LOCALES;

const SETTING = "language";

function isLanguage(code: string | undefined): code is Language {
  return code !== undefined && Object.hasOwn(LOCALES, code);
}

/** The stored choice, else the first preferred language that has catalogs, else English. */
export function pageLanguage(wanted: readonly string[], stored?: string): Language {
  if (isLanguage(stored)) {
    return stored;
  }
  return wanted.map((tag) => tag.split("-")[0]).find(isLanguage) ?? "en";
}

// Tests of texts alone run without a browser.
const preferred = typeof navigator === "undefined" ? [] : navigator.languages;

/** The language of the page. It holds until the page is loaded anew, as components keep their texts. */
export const language: Language = pageLanguage(preferred, readStored(SETTING));

/** Stores another language and loads the page anew; its address holds what it shows. */
export function chooseLanguage(next: Language): void {
  writeStored(SETTING, next);
  window.location.reload();
}
