import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Reads the script that looks for barriers. */
export function readAxe(): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
}

/** Looks for barriers in what a page shows. @returns One line per finding. */
export async function runAxe(page: Page, axe: string): Promise<string[]> {
  await settleTransitions(page);
  // Evaluated by the protocol, so that the page's own policy against foreign scripts stays in force.
  await page.evaluate(axe);
  const results: AxeResults = await page.evaluate(
    (tags) =>
      (
        window as unknown as {
          axe: { run: (context: Document, options: object) => Promise<AxeResults> };
        }
      ).axe.run(document, { runOnly: { type: "tag", values: tags } }),
    TAGS,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
  );
}

/** Waits for colors that still move: a contrast measured half way between two themes is of neither. */
async function settleTransitions(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // A changed theme starts its transitions with the next frame's styles.
    for (let frame = 0; frame < 2; frame += 1)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    const transitions = document
      .getAnimations()
      .filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(transitions.map(({ finished }) => finished));
  });
}
