import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A stretch of network that tests can interrupt. */
export interface TcpProxy {
  /** The server's URL, through the proxy. */
  readonly url: string;
  /** From now on nothing passes in either direction, and nobody is told. */
  freeze(): void;
  /** Cuts all connections and takes no more. */
  close(): void;
}

/** Puts a proxy before the server that a URL names. */
export async function startProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((inbound) => {
    const outbound = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("data", (chunk) => isFrozen || to.write(chunk));
      from.on("end", () => isFrozen || to.end());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze: () => {
      isFrozen = true;
    },
    close: () => {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}
