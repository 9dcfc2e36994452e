// Checks what no linter can see: that code, contract, documents and manifests still agree.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { getOption, hasOption } from "@bufbuild/protobuf";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { StatusService } from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import {
  DataClass,
  method as policyOption,
  SloClass,
} from "@portfolio/gen/portfolio/policy/v1/policy_pb.js";
import { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { MonitoringService } from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { ScheduleService } from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { StudyService } from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { describe, expect, it } from "vitest";

const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((path) => existsSync(path));
const matching = (pattern: RegExp) => tracked.filter((path) => pattern.test(path));
const read = (path: string) => readFileSync(path, "utf8");
const holds = (path: string, text: string) => existsSync(path) && read(path).includes(text);
// Column of our own ticks in docs/features.md, before that of their tests.
const HERE = 10;

describe.each(matching(/^(services\/[^/]+|gateway)\/src\/config\.ts$/))("%s", (config) => {
  const readmePath = `${dirname(dirname(config))}/README.md`;
  const readme = read(existsSync(readmePath) ? readmePath : "README.md");
  const variables = [...read(config).matchAll(/\b(?:read|reader|env)\.\w+\(\s*"([A-Z_]+)"/g)].map(
    ([, name]) => name ?? "",
  );

  it("reads variables", () => {
    expect(variables.length).toBeGreaterThan(2);
  });

  it.each(variables)("documents %s", (name) => {
    expect(readme).toContain(`\`${name}`);
  });
});

describe("contract", () => {
  const services = [
    InstrumentService,
    PriceService,
    StatusService,
    OptimizationService,
    PortfolioService,
    BacktestService,
    StressService,
    JobService,
    TrainingService,
    StudyService,
    ModelService,
    ForecastService,
    ExperimentService,
    MonitoringService,
    ScheduleService,
    DashboardService,
  ];
  const methods = services.flatMap((service) => [...service.methods]);

  it.each(methods)("declares a policy for $parent.name.$name", (method) => {
    expect(hasOption(method, policyOption)).toBe(true);
    const policy = getOption(method, policyOption);

    expect(policy.scope).toMatch(/^[a-z]+\.[a-z]+$/);
    expect(policy.cost).toBeGreaterThanOrEqual(1);
    expect(policy.sloClass).not.toBe(SloClass.UNSPECIFIED);
    expect(policy.dataClass).not.toBe(DataClass.UNSPECIFIED);
  });

  const documented = [...matching(/^proto\/.*\.proto$/), "docs/errors.md"].map(read).join("\n");
  const reasons = new Set(
    matching(/^(packages\/platform|services|gateway)\/.*src\/.*\.ts$/)
      .filter((path) => !path.endsWith(".test.ts") && !path.includes("/testing/"))
      .flatMap((path) => [...read(path).matchAll(/new AppError\(\s*"[a-z-]+",\s*"([A-Z0-9_]+)"/g)])
      .map(([, reason]) => reason ?? ""),
  );

  it.each([...reasons].sort())("documents the reason %s", (reason) => {
    expect(documented).toContain(`\`${reason}\``);
  });
});

describe("repository", () => {
  it("names an issue in every TODO", () => {
    const bare = matching(/\.(ts|mjs|svelte|proto|sql)$/).filter((path) =>
      /\/\/ TODO(?!\(#\d+\))/.test(read(path)),
    );

    expect(bare).toEqual([]);
  });

  it("gives each dependency one version in all workspaces", () => {
    const versions = new Map<string, Set<string>>();
    for (const path of matching(/package\.json$/)) {
      const { dependencies, devDependencies } = JSON.parse(read(path));
      const all = Object.entries<string>({ ...dependencies, ...devDependencies });
      for (const [name, version] of all) {
        versions.set(name, (versions.get(name) ?? new Set()).add(version));
      }
    }

    expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it("pins every version exactly", () => {
    const loose = matching(/package\.json$/).flatMap((path) => {
      const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read(path));
      const all = Object.entries<string>({
        ...dependencies,
        ...devDependencies,
        ...optionalDependencies,
      });
      return all.filter(
        ([name, version]) => !/^\d/.test(version) && !name.startsWith("@portfolio/"),
      );
    });

    expect(loose).toEqual([]);
  });

  it("names no download address in the lockfile", () => {
    expect(read("package-lock.json")).not.toMatch(/"resolved": "https?:/);
  });

  it("gives each migration a number of its own", () => {
    const migrations = matching(/\/migrations\/.*\.sql$/);
    for (const folder of new Set(migrations.map(dirname))) {
      const files = migrations.filter((path) => dirname(path) === folder);
      const numbers = files.map((path) => Number(/(\d{4})-[^/]*\.sql$/.exec(path)?.[1]));

      expect(new Set(numbers).size).toBe(files.length);
      expect(Math.min(...numbers)).toBe(1);
    }
  });

  it("links only to files that exist", () => {
    const broken = matching(/\.md$/).flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .map(([, target]) => normalize(join(dirname(path), target ?? "")))
        .filter((target) => !existsSync(target))
        .map((target) => `${path} → ${target}`),
    );

    expect(broken).toEqual([]);
  });

  it("ticks only features of which a test exists", () => {
    const features = read("docs/features.md");
    const proofs = [...features.matchAll(/`([^`\s]+\.test\.ts)`(?: “([^”]+)”)?/g)].map(
      ([, file = "", title = ""]) => {
        const path = /^(services|gateway|web|packages|test)\//.test(file)
          ? file
          : `packages/quant/src/${file}`;
        // A title may go on in the next line.
        return { path, title: title.replace(/\s+/g, " ") };
      },
    );
    const unproven = features
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .filter((cells) => cells[HERE]?.includes("✓") && !cells[HERE + 1]?.includes(".test.ts`"))
      .map((cells) => cells[1]);

    expect(proofs.length).toBeGreaterThan(50);
    expect(proofs.filter(({ path, title }) => !holds(path, title))).toEqual([]);
    expect(unproven).toEqual([]);
  });

  it("holds no absolute path of a machine", () => {
    const text = matching(/\.(ts|mjs|cjs|svelte|proto|sql|md|json|ya?ml|sh|html|css|py)$|^\.ci\//);
    const found = text.filter((path) =>
      /(?:^|["'\s(=])\/(?:work|root|home\/\w+|Users)\//m.test(read(path)),
    );

    expect(found.filter((path) => path !== "scripts/tidy.test.ts")).toEqual([]);
  });
});
