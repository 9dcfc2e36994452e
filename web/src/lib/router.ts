import { createRouter, type Routes, Router as SvRouter } from "sv-router";
import type { Component } from "svelte";

// The only file that knows the router library. It knows no page, so that pages may use it.
let router: ReturnType<typeof createRouter> | undefined;

/** Says which page each path shows. Comes before anything else here. */
export function defineRoutes(routes: Routes): void {
  router = createRouter(routes);
}

/** Renders the page of the current path. */
export const Router: Component<{ base?: string }> = SvRouter;

/** Paths of the pages that exist. */
export const paths = {
  start: "/",
  optimize: "/optimize",
  backtest: "/backtest",
  risk: "/risk",
  compare: "/compare",
  models: "/models",
  dashboard: "/dashboard",
  jobs: "/jobs",
} as const;
export type PagePath = (typeof paths)[keyof typeof paths] | `/models/${string}`;

/** Path of the page of a model. */
export function modelPath(id: string): PagePath {
  return `/models/${encodeURIComponent(id)}`;
}

/** Path of the page that compares versions of a model. */
export function versionsPath(id: string): PagePath {
  return `/models/${encodeURIComponent(id)}/compare`;
}

/** Identifier of the model that the current path is about, reactive. May be empty. */
export function currentModelId(): string {
  return decodeURIComponent(currentPath().split("/")[2] ?? "");
}

/** The current path, reactive. */
export function currentPath(): string {
  return started().route.pathname;
}

/** The current query string without its question mark, reactive. */
export function currentSearch(): string {
  // Reading the router's copy makes the caller depend on it; the address itself keeps text as text.
  void started().route.search;
  return window.location.search.slice(1);
}

/**
 * Goes to a page.
 *
 * @param search - Query string without its question mark.
 * @param options - `replace` leaves no entry in the history; `keepScroll` stays where the page is scrolled to.
 */
export async function goTo(
  path: PagePath,
  search = "",
  options: { replace?: boolean; keepScroll?: boolean } = {},
): Promise<void> {
  await started().navigate(path, {
    search,
    replace: options.replace ?? false,
    ...(options.keepScroll ? { scrollToTop: false as const } : {}),
  });
}

function started(): ReturnType<typeof createRouter> {
  if (router === undefined) {
    throw new Error("defineRoutes was not called");
  }
  return router;
}
