import { Code, createClient } from "@connectrpc/connect";
import { Health } from "@portfolio/gen/grpc/health/v1/health_pb.js";
import { StatusService } from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import { describe, expect, it } from "vitest";
import { AppError } from "../app-error.ts";
import { failureOf, never } from "../testing/transport-contract/spec.ts";
import { errorInterceptor } from "./error-interceptor.ts";
import { HEALTH_DESCRIPTION_HEADER, HealthChecks, healthRegistration } from "./health.ts";
import { createLocalTransport } from "./local-transport.ts";

const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

function clientOf(health: HealthChecks, watchIntervalMs = 60_000) {
  const registration = healthRegistration(health, [StatusService], { watchIntervalMs });
  return createClient(Health, createLocalTransport([registration], [errorInterceptor()]));
}

function withDatabase(check: () => Promise<void>): HealthChecks {
  const health = new HealthChecks();
  health.add("database", check);
  health.add("disk", () => Promise.resolve());
  return health;
}

const databaseDown = () =>
  Promise.reject(new AppError("unavailable", "DATABASE_DOWN", "The database is not reachable."));

describe("health checks", () => {
  it("report each check with the sentence that an AppError gives", async () => {
    const reports = await withDatabase(databaseDown).run();

    expect(reports).toMatchObject([
      { name: "database", serving: false, description: "The database is not reachable." },
      { name: "disk", serving: true, description: "" },
    ]);
  });

  it("do not repeat the message of an unexpected error", async () => {
    const health = withDatabase(() => Promise.reject(new Error("password=hunter2")));

    expect(await health.run("database")).toMatchObject([{ description: "The check failed." }]);
  });

  it("do not wait for a check that hangs", async () => {
    const [report] = await withDatabase(() => never()).run("database");

    expect(report).toMatchObject({ description: "The check did not finish in 2000 ms." });
  });
});

describe("grpc.health.v1", () => {
  it("answers for everything, for a service and for one check", async () => {
    const client = clientOf(withDatabase(databaseDown));
    const statusOf = async (service: string) => (await client.check({ service })).status;

    expect(await statusOf("")).toBe(NOT_SERVING);
    expect(await statusOf("portfolio.gateway.v1.StatusService")).toBe(NOT_SERVING);
    expect(await statusOf("database")).toBe(NOT_SERVING);
    expect(await statusOf("disk")).toBe(SERVING);
    expect((await failureOf(client.check({ service: "no.Such" }))).code).toBe(Code.NotFound);
  });

  it("says in a header what is wrong", async () => {
    let description: string | null = null;

    await clientOf(withDatabase(databaseDown)).check(
      {},
      {
        onHeader: (header) => {
          description = decodeURIComponent(header.get(HEALTH_DESCRIPTION_HEADER) ?? "");
        },
      },
    );

    expect(description).toBe("database: The database is not reachable.");
  });

  it("lists every name", async () => {
    const { statuses } = await clientOf(withDatabase(databaseDown)).list({});

    expect(statuses).toMatchObject({
      "": { status: NOT_SERVING },
      "portfolio.gateway.v1.StatusService": { status: NOT_SERVING },
      database: { status: NOT_SERVING },
      disk: { status: SERVING },
    });
  });

  it("tells a watcher of a change, and of the drain at once", async () => {
    const database: { up: boolean } = { up: true };
    const health = withDatabase(() => (database.up ? Promise.resolve() : databaseDown()));
    const statuses = clientOf(health, 20).watch({ service: "database" })[Symbol.asyncIterator]();

    expect((await statuses.next()).value).toMatchObject({ status: SERVING });
    database.up = false;
    expect((await statuses.next()).value).toMatchObject({ status: NOT_SERVING });
    database.up = true;
    expect((await statuses.next()).value).toMatchObject({ status: SERVING });
    health.startDraining();
    expect((await statuses.next()).value).toMatchObject({ status: NOT_SERVING });
    expect((await statuses.next()).done).toBe(true);
  });

  it("watches a name that is not known yet", async () => {
    const health = new HealthChecks();
    const statuses = clientOf(health).watch({ service: "later" })[Symbol.asyncIterator]();

    expect((await statuses.next()).value).toMatchObject({ status: SERVICE_UNKNOWN });
    health.startDraining();
    expect((await statuses.next()).done).toBe(true);
  });
});
