import { createContextKey } from "@connectrpc/connect";
import type { AppError } from "../app-error.ts";

/**
 * When the answer must be there, in ms since 1970. Undefined when the caller waits for ever.
 *
 * The transport sets what the caller asked for; the deadline interceptor bounds it.
 */
export const deadlineKey = createContextKey<number | undefined>(undefined, {
  description: "deadline",
});

/** Why the request could not be decoded. Its message is then empty, and no handler may see it. */
export const decodeErrorKey = createContextKey<AppError | undefined>(undefined, {
  description: "decode error",
});

/** Address of the caller as the transport sees it, such as `127.0.0.1:41822` or `inproc`. */
export const peerKey = createContextKey<string>("unknown", { description: "peer" });
