import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WorkerPool, workerFile } from "../../src/worker-pool.ts";
import type { ArithmeticTask } from "./arithmetic-worker.ts";

const DEADLINE_MS = 10_000;

let pool: WorkerPool<ArithmeticTask, number>;

beforeAll(async () => {
  pool = createPool();
  // Waits until the thread is up.
  await pool.run({ kind: "spin", durationMs: 0 }, { deadlineMs: 30_000 });
});

afterAll(() => pool.close());

/** One thread, and one place in the queue. */
function createPool(): WorkerPool<ArithmeticTask, number> {
  return new WorkerPool({
    file: workerFile("./arithmetic-worker", import.meta.url),
    threadsMax: 1,
    queueMax: 1,
  });
}

function spin(durationMs: number, options: { deadlineMs?: number; signal?: AbortSignal } = {}) {
  return pool.run({ kind: "spin", durationMs }, { deadlineMs: DEADLINE_MS, ...options });
}

describe("WorkerPool", () => {
  it("runs a TypeScript worker and returns its result", async () => {
    const values = Float64Array.of(1, 2, 3.5);

    expect(await pool.run({ kind: "sum", values }, { deadlineMs: DEADLINE_MS })).toBe(6.5);
    expect(values.byteLength).toBe(24);
  });

  it("moves the buffers that the caller gives away", async () => {
    const values = Float64Array.of(1, 2);

    const sum = await pool.run(
      { kind: "sum", values },
      { deadlineMs: DEADLINE_MS, transfer: [values.buffer] },
    );

    expect(sum).toBe(3);
    expect(values.byteLength).toBe(0);
  });

  it("keeps the event loop free", async () => {
    let tickCount = 0;
    const timer = setInterval(() => (tickCount += 1), 1);

    await spin(500);
    clearInterval(timer);

    expect(tickCount).toBeGreaterThan(10);
  });

  it("carries an AppError across threads whole", async () => {
    const failure = pool.run({ kind: "refuse" }, { deadlineMs: DEADLINE_MS });

    await expect(failure).rejects.toMatchObject({
      name: "AppError",
      kind: "invalid-argument",
      reason: "VALUES_EMPTY",
      message: "Give at least one value.",
      violations: [{ field: "values", description: "is empty" }],
      metadata: { count: "0" },
    });
  });

  it("passes other errors on, and survives them", async () => {
    const failure = pool.run({ kind: "crash" }, { deadlineMs: DEADLINE_MS });

    await expect(failure).rejects.toThrow(new TypeError("values is not iterable"));
    expect(await spin(0)).toBe(0);
  });

  it("refuses a task when the queue is full", async () => {
    const running = spin(200);
    const waiting = spin(0);

    await expect(spin(0)).rejects.toMatchObject({
      kind: "resource-exhausted",
      reason: "SOLVER_BUSY",
    });
    expect(await Promise.all([running, waiting])).toEqual([200, 0]);
  });

  it("ends a task at its deadline and goes on with a fresh thread", async () => {
    await expect(spin(60_000, { deadlineMs: 100 })).rejects.toMatchObject({
      kind: "deadline-exceeded",
      reason: "SOLVER_TIMEOUT",
    });
    expect(await spin(1)).toBe(1);
  });

  it("counts waiting towards the deadline", async () => {
    const running = spin(400);

    await expect(spin(0, { deadlineMs: 100 })).rejects.toMatchObject({ reason: "SOLVER_TIMEOUT" });
    expect(pool.queueSize).toBe(0);
    expect(await running).toBe(400);
  });

  it("ends a task when the caller aborts, with the caller's reason", async () => {
    const caller = new AbortController();
    const task = spin(60_000, { signal: caller.signal });
    const reason = new Error("the client went away");

    caller.abort(reason);

    await expect(task).rejects.toBe(reason);
    await expect(spin(0, { signal: caller.signal })).rejects.toBe(reason);
    expect(await spin(1)).toBe(1);
  });

  it("rejects tasks when closed", async () => {
    const closing = createPool();
    const task = closing.run({ kind: "spin", durationMs: 60_000 }, { deadlineMs: DEADLINE_MS });
    const failed = expect(task).rejects.toMatchObject({ reason: "SOLVER_STOPPED" });

    await closing.close();

    await failed;
    await expect(
      closing.run({ kind: "spin", durationMs: 0 }, { deadlineMs: DEADLINE_MS }),
    ).rejects.toMatchObject({ reason: "SOLVER_STOPPED" });
  });
});

describe("workerFile", () => {
  it("follows the caller from source to compiled", () => {
    expect(workerFile("./solve", "file:///app/src/pool.ts").href).toBe("file:///app/src/solve.ts");
    expect(workerFile("./solve", "file:///app/dist/src/pool.js").href).toBe(
      "file:///app/dist/src/solve.js",
    );
  });
});
