import type { Transport } from "@connectrpc/connect";
import { type ClosableTransport, createGrpcTransport } from "./grpc-transport.ts";

/** URL of services that run in this process. */
export const IN_PROCESS_URL = "inproc:";

/**
 * Opens the transport that a URL names: the one seam between one process and many.
 *
 * @param url - `inproc:`, `host:port` or `dns:///host:port`.
 * @param local - What `inproc:` means. It outlives the transport that is returned.
 */
export function openTransport(url: string, local: Transport | undefined): ClosableTransport {
  if (url !== IN_PROCESS_URL) {
    return createGrpcTransport(url);
  }
  if (local === undefined) {
    throw new TypeError(`"${url}" was asked for, but this process serves nothing`);
  }
  return {
    unary: local.unary.bind(local),
    stream: local.stream.bind(local),
    close: () => undefined,
  };
}
