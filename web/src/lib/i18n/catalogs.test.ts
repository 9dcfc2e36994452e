import { describe, expect, it } from "vitest";
import { SAME_IN_GERMAN } from "../../../test/same-in-german.ts";
import { englishChartLabels } from "../charts/chart-labels.ts";
import { de as deAnalysis } from "./analysis/de.ts";
import { en as enAnalysis } from "./analysis/en.ts";
import { de as deDashboard } from "./dashboard/de.ts";
import { en as enDashboard } from "./dashboard/en.ts";
import { de as deMain } from "./de.ts";
import { germanChartLabels } from "./de-charts.ts";
import { de as deOptimize } from "./de-optimize.ts";
import { en as enMain } from "./en.ts";
import { de as deModels } from "./models/de.ts";
import { enModels } from "./models/messages.ts";
import { enTexts } from "./optimize-messages.ts";

const CATALOGS = [
  { name: "main", english: enMain, german: deMain },
  { name: "optimize", english: enTexts, german: deOptimize },
  { name: "analysis", english: enAnalysis, german: deAnalysis },
  { name: "models", english: enModels, german: deModels },
  { name: "dashboard", english: enDashboard, german: deDashboard },
  { name: "charts", english: englishChartLabels, german: germanChartLabels },
];

/** Every text by its path; of a text with values, its kind and number of values. */
function textsOf(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") {
    return [[path, value]];
  }
  if (typeof value === "function") {
    return [[path, `takes ${value.length}`]];
  }
  return Object.entries(value as object).flatMap(([key, inner]) =>
    textsOf(inner, path === "" ? key : `${path}.${key}`),
  );
}

describe.each(CATALOGS)("the German catalog: $name", ({ english, german }) => {
  const known = new Map(textsOf(english));
  const translated = new Map(textsOf(german));

  it("has the keys of the English one", () => {
    expect([...translated.keys()].sort()).toEqual([...known.keys()].sort());
  });

  it("puts the same values into each text", () => {
    const isTemplate = ([, text]: [string, string]) => text.startsWith("takes ");
    expect([...translated].filter(isTemplate).sort()).toEqual([...known].filter(isTemplate).sort());
  });

  it("has no English text left", () => {
    const left = [...translated].filter(
      ([path, text]) =>
        text === known.get(path) && !text.startsWith("takes ") && !SAME_IN_GERMAN.has(text),
    );
    expect(left.map(([, text]) => text)).toEqual([]);
  });
});
