import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import { listenError } from "@portfolio/platform/listen-error";
import type { Logger } from "pino";
import { type ConnectionLimits, MAX_HEADER_BYTES } from "./limits.ts";
import type { RequestHandler } from "./messages.ts";
import { guardAgainstRapidReset } from "./rapid-reset.ts";

/** How often a draining server looks for HTTP/1.1 connections that have become idle. */
const IDLE_CHECK_INTERVAL_MS = 25;

export interface OnePortServer {
  readonly port: number;
  /**
   * Stops accepting, lets requests in flight finish, then closes.
   *
   * @param timeoutMs - Milliseconds after which connections that are still open are cut.
   */
  drain(timeoutMs: number): Promise<void>;
}

/**
 * Serves HTTP/1.1 and HTTP/2 without TLS on one port.
 *
 * Node has no such server: an HTTP/2 connection is told by its first three bytes, `PRI`,
 * and handed to the server of its version.
 */
export async function startOnePortServer(options: {
  host: string;
  port: number;
  limits: ConnectionLimits;
  onRequest: RequestHandler;
  log: Logger;
}): Promise<OnePortServer> {
  const { limits } = options;
  const http1 = createHttp1Server(options.onRequest, limits);
  const sessions = new Set<http2.ServerHttp2Session>();
  const http2Server = createHttp2Server({ ...options, sessions });
  const sockets = new Set<net.Socket>();
  const silent = new Set<net.Socket>();

  const listener = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    silent.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      silent.delete(socket);
    });
    socket.on("error", () => socket.destroy());
    handOver(socket, limits.firstBytesTimeoutMs, (isHttp2) => {
      silent.delete(socket);
      socket.allowHalfOpen = !isHttp2;
      (isHttp2 ? http2Server : http1).emit("connection", socket);
    });
  });
  listener.maxConnections = limits.maxConnections;
  await listen(listener, options.host, options.port);

  return {
    port: (listener.address() as net.AddressInfo).port,
    drain: (timeoutMs) => drain({ listener, http1, sessions, sockets, silent }, timeoutMs),
  };
}

function createHttp1Server(onRequest: RequestHandler, limits: ConnectionLimits): http.Server {
  const server = http.createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
    },
    onRequest,
  );
  // Node starts to enforce the timeouts above when the server listens. This one never does:
  // it is given its connections.
  server.emit("listening");
  return server;
}

function createHttp2Server(options: {
  limits: ConnectionLimits;
  onRequest: RequestHandler;
  sessions: Set<http2.ServerHttp2Session>;
  log: Logger;
}): http2.Http2Server {
  const { limits, sessions } = options;
  const server = http2.createServer(
    {
      settings: {
        maxConcurrentStreams: limits.maxConcurrentStreams,
        maxHeaderListSize: MAX_HEADER_BYTES,
        enablePush: false,
      },
      maxSessionInvalidFrames: 100,
      maxSessionMemory: 32,
    },
    options.onRequest,
  );
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.setTimeout(limits.sessionIdleTimeoutMs, () => session.close());
    guardAgainstRapidReset(session, limits.maxResetsPerSecond, () => {
      options.log.warn(
        { peer: session.socket?.remoteAddress },
        "connection reset too many streams",
      );
    });
  });
  server.on("sessionError", (error) => options.log.debug({ err: error }, "http2 session failed"));
  return server;
}

/** Waits for the first three bytes of a connection, puts them back and tells which protocol it is. */
function handOver(socket: net.Socket, timeoutMs: number, accept: (isHttp2: boolean) => void): void {
  let head: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  const onReadable = () => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) {
      return;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (head.length < 3 && "PRI".startsWith(head.toString("latin1"))) {
      return;
    }
    stop();
    socket.unshift(head);
    accept(head.toString("latin1", 0, 3) === "PRI");
  };
  const onEnd = () => {
    stop();
    socket.destroy();
  };
  const stop = () => {
    clearTimeout(timer);
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    socket.off("close", onEnd);
  };
  socket.on("readable", onReadable);
  socket.once("end", onEnd);
  socket.once("close", onEnd);
}

function listen(server: net.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(listenError(error, host, port));
    server.once("error", onError);
    server.listen(port, host, () => {
      server.off("error", onError);
      resolve();
    });
  });
}

function drain(
  server: {
    listener: net.Server;
    http1: http.Server;
    sessions: Set<http2.ServerHttp2Session>;
    sockets: Set<net.Socket>;
    silent: Set<net.Socket>;
  },
  timeoutMs: number,
): Promise<void> {
  const { listener, http1, sessions, sockets, silent } = server;
  return new Promise((resolve) => {
    const idleCheck = setInterval(() => http1.closeIdleConnections(), IDLE_CHECK_INTERVAL_MS);
    const force = setTimeout(() => {
      for (const socket of sockets) {
        socket.destroy();
      }
    }, timeoutMs);
    listener.close(() => {
      clearInterval(idleCheck);
      clearTimeout(force);
      http1.close();
      resolve();
    });
    for (const session of sessions) {
      session.close();
    }
    // Browsers open connections ahead of need, and say nothing on them.
    for (const socket of silent) {
      socket.destroy();
    }
    http1.closeIdleConnections();
  });
}
