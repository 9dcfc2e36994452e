import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";

const PROGRAM = "/usr/bin/redis-server";
const START_TIMEOUT_MS = 30_000;

/** Whether Debian's package `redis-server` is there. */
export const hasRedis = existsSync(PROGRAM);

/** A Redis server of a test's own, on a loopback port, which keeps nothing. */
export interface RedisServer {
  readonly url: string;
  /** From now on it takes connections and answers nothing. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
  /** Kills it at once, and with it what it kept. */
  kill(): Promise<void>;
  /** Starts it again, and waits until it answers. */
  start(): Promise<void>;
  /** Ends it. */
  remove(): Promise<void>;
}

/** Starts a server by hand, without the system's service. */
export async function startRedis(): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "portfolio-redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess;
  const start = async () => {
    const settings = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory];
    server = spawn(PROGRAM, [...settings, "--save", "", "--appendonly", "no"], { stdio: "ignore" });
    await untilReady(url, server);
  };
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url,
    freeze: () => server.kill("SIGSTOP"),
    thaw: () => server.kill("SIGCONT"),
    kill,
    start,
    remove: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  const endMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    redis.on("error", () => undefined);
    try {
      await redis.connect();
      await redis.ping();
      return;
    } catch (error) {
      if (server.exitCode !== null || performance.now() > endMs) throw error;
      await delay(50);
    } finally {
      redis.disconnect();
    }
  }
}
