import type { WatchDeps } from "../app/watch-jobs.ts";

/** What the handlers are given. */
export type RouteDeps = WatchDeps;
