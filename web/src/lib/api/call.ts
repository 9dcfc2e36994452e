import type { Transport } from "@connectrpc/connect";
import type { Clients } from "@portfolio/gen";
import { ApiFailure } from "./api-failure.ts";
import { apiKey } from "./api-key.svelte.ts";

type Backend = typeof import("./backend.ts");

let clients: Clients | undefined;
let transport: Transport | undefined;

/** Replaces the gateway, as tests do with a transport in memory. */
export function useTransport(replacement: Transport): void {
  transport = replacement;
  clients = undefined;
}

/**
 * Calls the gateway.
 *
 * @throws {ApiFailure} Always, whatever went wrong.
 */
export async function call<T>(use: (clients: Clients) => Promise<T>): Promise<T> {
  const backend = await loadBackend();
  clients ??= transport ? backend.clientsOver(transport) : backend.gatewayClients();
  try {
    return await use(clients);
  } catch (error) {
    const failure = backend.toFailure(error);
    if (failure.kind === "unauthenticated") {
      apiKey.wanted = true;
    }
    throw failure;
  }
}

async function loadBackend(): Promise<Backend> {
  try {
    return await import("./backend.ts");
  } catch (error) {
    throw new ApiFailure(
      "The page could not load the rest of itself.",
      { kind: "unreachable", reason: "", violations: [], metadata: {}, requestId: "" },
      { cause: error },
    );
  }
}
