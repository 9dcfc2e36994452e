import { createContextKey } from "@connectrpc/connect";

/**
 * When the answer must be there, in ms since 1970. Undefined when the caller waits for ever.
 *
 * The transport sets what the caller asked for; the deadline interceptor bounds it.
 */
export const deadlineKey = createContextKey<number | undefined>(undefined, {
  description: "deadline",
});

/** Address of the caller as the transport sees it, such as `127.0.0.1:41822` or `inproc`. */
export const peerKey = createContextKey<string>("unknown", { description: "peer" });
