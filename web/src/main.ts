import "./app.css";
import { mount } from "svelte";
import App from "./app.svelte";
import { pageLanguage } from "./lib/i18n/messages.ts";
import { connectPages } from "./routes.ts";

document.documentElement.lang = pageLanguage(navigator.languages);

connectPages();

const target = document.getElementById("app");
if (target) {
  mount(App, { target });
}
