import { defineRoutes } from "./lib/router.ts";
import NotFoundPage from "./pages/not-found-page.svelte";
import StartPage from "./pages/start/start-page.svelte";

/** Connects every path with its page. Pages other than the first are loaded when they are asked for. */
export function connectPages(): void {
  defineRoutes({
    "/": StartPage,
    "/optimize": () => import("./pages/optimize/optimize-page.svelte"),
    "/backtest": () => import("./pages/backtest/backtest-page.svelte"),
    "/compare": () => import("./pages/compare/compare-page.svelte"),
    "/risk": () => import("./pages/risk/risk-page.svelte"),
    "/models": () => import("./pages/models/models-page.svelte"),
    "/models/:id": () => import("./pages/models/model-page.svelte"),
    "/models/:id/compare": () => import("./pages/models/compare-versions-page.svelte"),
    "/dashboard": () => import("./pages/dashboard/dashboard-page.svelte"),
    "/jobs": () => import("./pages/jobs/jobs-page.svelte"),
    "*": NotFoundPage,
  });
}
