import { QueryClient } from "@tanstack/svelte-query";
import { asFailure } from "./api-failure.ts";

const RETRIES = 2;

/**
 * Makes the cache of answers.
 *
 * Answers about a dataset revision never change, so nothing is asked again just
 * because the window came back. Only failures that may pass are tried again.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        networkMode: "always",
        retry: (count, error) => count < RETRIES && asFailure(error).kind === "overloaded",
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
