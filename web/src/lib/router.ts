import { createRouter, Router as SvRouter } from "sv-router";
import type { Component } from "svelte";
import NotFoundPage from "../pages/not-found-page.svelte";
import StartPage from "../pages/start/start-page.svelte";

// The only file that knows the router library.
const router = createRouter({
  "/": StartPage,
  "/optimize": () => import("../pages/optimize/optimize-page.svelte"),
  "*": NotFoundPage,
});

/** Renders the page of the current path. */
export const Router: Component<{ base?: string }> = SvRouter;

/** Paths of the pages that exist. */
export const paths = { start: "/", optimize: "/optimize" } as const;
export type PagePath = (typeof paths)[keyof typeof paths];

/** The current path, reactive. */
export function currentPath(): string {
  return router.route.pathname;
}

/** The current query string without its question mark, reactive. */
export function currentSearch(): string {
  // Reading the router's copy makes the caller depend on it; the address itself keeps text as text.
  void router.route.search;
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
  await router.navigate(path, {
    search,
    replace: options.replace ?? false,
    ...(options.keepScroll ? { scrollToTop: false as const } : {}),
  });
}
