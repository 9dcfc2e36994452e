import { readStored, writeStored } from "./stored.ts";

type ThemeChoice = "system" | "light" | "dark";

const CHOICES: readonly ThemeChoice[] = ["system", "light", "dark"];

/** Which colors the page uses. `theme.js` applies the same setting before the first paint. */
class Theme {
  #choice = $state<ThemeChoice>(read());

  get choice(): ThemeChoice {
    return this.#choice;
  }

  /** The choice that comes after the present one. */
  get next(): ThemeChoice {
    return CHOICES[(CHOICES.indexOf(this.#choice) + 1) % CHOICES.length] ?? "system";
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice;
    writeStored("theme", choice);
    if (choice === "system") {
      delete document.documentElement.dataset["theme"];
    } else {
      document.documentElement.dataset["theme"] = choice;
    }
  }
}

function read(): ThemeChoice {
  const stored = readStored("theme");
  return CHOICES.find((choice) => choice === stored) ?? "system";
}

export const theme = new Theme();
