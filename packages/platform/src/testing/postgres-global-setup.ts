import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { createLogger } from "../logger.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../postgres/embedded-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Answers with the connection URL of the server that the test run shares. */
    postgresBrokerUrl: string;
  }
}

/**
 * Lets the suites of one vitest run share an embedded server, which starts when the first of them
 * asks for it (see `createTestDatabase`) and is removed with its data after the last. It writes
 * nothing through to disk.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<SharedServer> | undefined;
  // The path is secret, so that no other user of the machine is handed the password.
  const path = `/${randomUUID()}`;
  const broker = createServer((request, response) => {
    if (request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    starting ??= startSharedServer();
    starting.then(
      ({ server }) => response.end(server.url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  const { port } = await listen(broker);
  project.provide("postgresBrokerUrl", `http://127.0.0.1:${port}${path}`);
  return async () => {
    broker.close();
    broker.closeAllConnections();
    const shared = await starting?.catch(() => undefined);
    await shared?.server.stop();
    if (shared) {
      await rm(shared.home, { recursive: true, force: true });
    }
  };
}

interface SharedServer {
  readonly server: EmbeddedPostgres;
  readonly home: string;
}

async function startSharedServer(): Promise<SharedServer> {
  const home = await mkdtemp(join(tmpdir(), "portfolio-test-"));
  // Started by root, the server has another account, which must be able to enter.
  await chmod(home, 0o711);
  const server = await startEmbeddedPostgres({
    homeDirectory: home,
    log: createLogger({ name: "test", level: "warn" }),
    settings: { fsync: "off", full_page_writes: "off", max_connections: "200" },
  });
  return { server, home };
}

function listen(server: Server): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server.address() as AddressInfo));
  });
}
