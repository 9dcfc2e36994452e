import { Counter } from "prom-client";
import { describe, expect, it } from "vitest";
import { createMetricsRegistry } from "./metrics.ts";

describe("createMetricsRegistry", () => {
  it("labels the service's and the process's samples, apart from other registries", async () => {
    const data = createMetricsRegistry("data");
    const other = createMetricsRegistry("optimization");
    new Counter({ name: "import_total", help: "Imports.", registers: [data] }).inc();

    const text = await data.metrics();

    expect(text).toContain('import_total{service="data"} 1');
    expect(text).toMatch(/nodejs_eventloop_lag_seconds\{service="data"\} /);
    expect(await other.metrics()).not.toContain("import_total");
  });
});
