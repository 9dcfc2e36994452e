import "./app.css";
import { mount } from "svelte";
import App from "./app.svelte";
import { setFormatLocale } from "./lib/format.ts";
import { LOCALES, language } from "./lib/i18n/language.ts";
import { connectPages } from "./routes.ts";

document.documentElement.lang = language;
setFormatLocale(LOCALES[language]);

connectPages();

const target = document.getElementById("app");
if (target) {
  mount(App, { target });
}
