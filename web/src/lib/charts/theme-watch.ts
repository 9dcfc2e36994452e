/** What a canvas has to know of the page's look, because CSS does not reach into it. */
export interface CanvasTheme {
  readonly isDark: boolean;
  /** The system imposes its own colors. */
  readonly isForced: boolean;
}

/** Reads the look from the surface color that applies to an element. */
export function canvasTheme(element: Element): CanvasTheme {
  const surface = getComputedStyle(element).getPropertyValue("--surface").trim();
  return { isDark: isDarkColor(surface), isForced: matches("(forced-colors: active)") };
}

/**
 * Calls back whenever the page's look may have changed.
 *
 * @returns Stops the calls.
 */
export function watchTheme(onchange: () => void): () => void {
  const observer = new MutationObserver(onchange);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["class", "data-theme", "style"],
  });
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].flatMap((query) =>
    typeof matchMedia === "function" ? [matchMedia(query)] : [],
  );
  for (const query of queries) {
    query.addEventListener("change", onchange);
  }
  return () => {
    observer.disconnect();
    for (const query of queries) {
      query.removeEventListener("change", onchange);
    }
  };
}

/** Tells whether a `#rrggbb` color is dark; any other notation counts as light. */
export function isDarkColor(color: string): boolean {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (match === null) {
    return false;
  }
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((part) => Number.parseInt(part, 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

function matches(query: string): boolean {
  return typeof matchMedia === "function" && matchMedia(query).matches;
}
