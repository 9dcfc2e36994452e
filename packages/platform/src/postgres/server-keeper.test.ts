import { describe, expect, it, vi } from "vitest";
import { createLogger } from "../logger.ts";
import type { Postmaster } from "./postmaster.ts";
import { ServerKeeper } from "./server-keeper.ts";

const log = createLogger({ name: "test", level: "silent" });

interface FakeServer extends Postmaster {
  end(): void;
}

/** A server that ends when told to. */
function fakeServer(pid: number): FakeServer {
  let end = () => {};
  const exited = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { pid, port: 5432, exited, end };
}

describe("ServerKeeper", () => {
  it("starts a server again each time it ends", async () => {
    const servers = [fakeServer(1), fakeServer(2), fakeServer(3)] as const;
    const pending: Postmaster[] = servers.slice(1);
    const keeper = new ServerKeeper(servers[0], async () => pending.shift() ?? fakeServer(0), log);

    servers[0].end();
    await vi.waitFor(() => expect(keeper.current.pid).toBe(2));
    servers[1].end();
    await vi.waitFor(() => expect(keeper.current.pid).toBe(3));

    expect(await keeper.release()).toBe(servers[2]);
  });

  it("waits for a start in progress when released, and hands that server over", async () => {
    const first = fakeServer(1);
    const second = fakeServer(2);
    let finishStart = (_: Postmaster) => {};
    const start = vi.fn(
      () =>
        new Promise<Postmaster>((resolve) => {
          finishStart = resolve;
        }),
    );
    const keeper = new ServerKeeper(first, start, log);
    first.end();
    await vi.waitFor(() => expect(start).toHaveBeenCalled());

    const released = keeper.release();
    finishStart(second);

    expect(await released).toBe(second);
  });

  it("tries again after a start that failed, and names no server when released before", async () => {
    const first = fakeServer(1);
    const start = vi.fn(() => Promise.reject(new Error("no space left")));
    const keeper = new ServerKeeper(first, start, log);
    first.end();
    await vi.waitFor(() => expect(start).toHaveBeenCalledTimes(2), { timeout: 5_000 });

    expect(await keeper.release()).toBeUndefined();
  });

  it("starts nothing once released", async () => {
    const first = fakeServer(1);
    const start = vi.fn(() => Promise.resolve(fakeServer(2)));
    const keeper = new ServerKeeper(first, start, log);

    await keeper.release();
    first.end();
    await first.exited;

    expect(start).not.toHaveBeenCalled();
  });
});
