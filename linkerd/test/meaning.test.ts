// What a schema cannot see: the mistakes with Linkerd and Kubernetes that are easy to make and hard to find.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { JobService } from "@portfolio/gen/portfolio/jobs/v1/job_service_pb.js";
import { BacktestService } from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { PortfolioService } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { StressService } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { MonitoringService } from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { ScheduleService } from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { StudyService } from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { queueMetrics } from "@portfolio/platform/jobs/job-metrics";
import { processMemoryMaxMb } from "@portfolio/platform/jobs/process-memory";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { linkerdFolder, type Manifest, readManifests, yamlFiles } from "./manifests.ts";

/** Of `backtestKind`. */
const BACKTEST_MEMORY_MB = 1024;
/** Heap, solver threads and 256 MiB of cached prices. */
const SERVICE_MEMORY_MB = 1024;

const manifests = readManifests();
const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
const methods = new Map<string, { idempotency: Idempotency }>(
  [
    InstrumentService,
    PriceService,
    OptimizationService,
    PortfolioService,
    BacktestService,
    StressService,
    JobService,
    TrainingService,
    StudyService,
    ModelService,
    DashboardService,
    ExperimentService,
    ForecastService,
    MonitoringService,
    ScheduleService,
  ].flatMap((service) =>
    service.methods.map((method) => [`${service.typeName}/${method.name}`, method] as const),
  ),
);

interface Port {
  readonly name: string;
  readonly containerPort: number;
}

interface Container {
  readonly ports: readonly Port[];
  readonly securityContext: Record<string, unknown>;
  readonly resources: { limits: Record<string, string> };
  readonly [probe: string]: unknown;
}

interface ExternalMetric {
  readonly external: { readonly metric: { readonly name: string } };
}

interface RouteRule {
  readonly matches?: readonly { method: { service: string; method: string } }[];
}

function containersOf(deployment: Manifest): Container[] {
  const { template } = deployment.spec as { template: { spec: { containers: Container[] } } };
  return template.spec.containers;
}

function portNames(name: string): string[] {
  const deployment = ofKind("Deployment").find(({ metadata }) => metadata.name === name);
  return deployment
    ? containersOf(deployment).flatMap(({ ports }) => ports.map((port) => port.name))
    : [];
}

describe("kustomizations", () => {
  const files = yamlFiles(linkerdFolder);
  const kustomizations = files.filter((file) => file.endsWith("kustomization.yaml"));
  const listed = new Set(
    kustomizations.flatMap((file) =>
      (parse(readFileSync(file, "utf8")).resources as string[]).map((name) =>
        join(dirname(file), name),
      ),
    ),
  );

  it("list only what exists", () => {
    expect([...listed].filter((path) => !existsSync(path))).toEqual([]);
  });

  it("list every manifest", () => {
    const unlisted = files.filter(
      (file) => !listed.has(file) && !listed.has(dirname(file)) && !kustomizations.includes(file),
    );
    const unlistedInFolders = files.filter(
      (file) => !kustomizations.includes(file) && !listed.has(file),
    );

    expect(unlisted).toEqual([]);
    expect(unlistedInFolders).toEqual([]);
  });
});

describe.each(ofKind("Server"))("Server $metadata.name", ({ metadata, spec }) => {
  const { podSelector, port } = spec as {
    podSelector: { matchLabels: Record<string, string> };
    port: string;
  };

  it("names a port that its pods have", () => {
    expect(portNames(podSelector.matchLabels["app.kubernetes.io/name"] ?? "")).toContain(port);
  });

  it("has an AuthorizationPolicy, without which it refuses everything", () => {
    const targets = ofKind("AuthorizationPolicy").map(
      (policy) => (policy.spec as { targetRef: { name: string } }).targetRef.name,
    );

    expect(targets).toContain(metadata.name);
  });
});

describe.each(ofKind("AuthorizationPolicy"))("AuthorizationPolicy $metadata.name", ({ spec }) => {
  it("refers to a server and to authentications that exist", () => {
    const { targetRef, requiredAuthenticationRefs } = spec as {
      targetRef: { name: string };
      requiredAuthenticationRefs: { kind: string; name: string }[];
    };

    expect(ofKind("Server").map(({ metadata }) => metadata.name)).toContain(targetRef.name);
    for (const { kind, name } of requiredAuthenticationRefs) {
      expect(ofKind(kind).map(({ metadata }) => metadata.name)).toContain(name);
    }
  });
});

describe("callers", () => {
  const accountsOf = (name: string) => {
    const found = ofKind("MeshTLSAuthentication").find(({ metadata }) => metadata.name === name);
    const { identityRefs } = (found?.spec ?? {}) as { identityRefs: { name: string }[] };
    return identityRefs.map((reference) => reference.name);
  };

  it("are those that have the address of the service in their environment", () => {
    for (const area of ["data", "optimization", "training", "jobs"]) {
      const callers = ofKind("Deployment")
        .filter((deployment) => JSON.stringify(deployment).includes(`dns:///${area}:50051`))
        .map(({ metadata }) => metadata.name);

      expect(callers.sort()).toEqual(accountsOf(`callers-of-${area}`).sort());
    }
  });
});

describe.each(ofKind("Deployment"))("Deployment $metadata.name", (deployment) => {
  it("is probed over HTTP on a port it has, never by grpc", () => {
    for (const container of containersOf(deployment)) {
      for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
        const { httpGet, grpc } = container[probe] as {
          httpGet?: { port: string };
          grpc?: unknown;
        };

        expect(grpc).toBeUndefined();
        expect(container.ports.map(({ name }) => name)).toContain(httpGet?.port);
      }
    }
  });

  it("drops privileges and bounds its memory", () => {
    for (const { securityContext, resources } of containersOf(deployment)) {
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(resources.limits["memory"]).toMatch(/^\d+[MG]i$/);
    }
  });
});

const WORKERS = ofKind("Deployment").filter(({ metadata }) => metadata.name.endsWith("-worker"));

describe.each(WORKERS)("workers of jobs, $metadata.name", (worker) => {
  const [container] = containersOf(worker);
  const variables = container?.["env"] as { name: string; value?: string }[];
  const settingOf = (name: string) => variables.find((variable) => variable.name === name)?.value;

  it("have memory for the service and for as many processes as they have jobs", () => {
    const limit = /^(\d+)Mi$/.exec(container?.resources.limits["memory"] ?? "");

    const jobsMb =
      Number(settingOf("SOLVER_THREADS") ?? settingOf("TRAINING_JOBS")) *
      processMemoryMaxMb(BACKTEST_MEMORY_MB);
    expect(Number(limit?.[1])).toBeGreaterThanOrEqual(SERVICE_MEMORY_MB + jobsMb);
  });

  it("are as many as the queue asks for, by a metric that there is", () => {
    const scaler = ofKind("HorizontalPodAutoscaler").find(
      ({ metadata }) => metadata.name === worker.metadata.name,
    );
    const { metrics = [] } = (scaler?.spec ?? {}) as { metrics?: ExternalMetric[] };
    const registry = new Registry();
    queueMetrics(registry, () => Promise.reject(new Error("not read")), undefined);

    expect(metrics).toHaveLength(1);
    for (const { external } of metrics) {
      expect(registry.getSingleMetric(external.metric.name)).toBeDefined();
    }
  });

  it("leave the pods that answer calls without jobs", () => {
    const name = worker.metadata.name.replace("-worker", "");
    const service = ofKind("Deployment").find(({ metadata }) => metadata.name === name);
    const [answering] = service ? containersOf(service) : [];

    expect(answering?.["env"]).toContainEqual({ name: "WORKER_KINDS", value: "none" });
    expect(variables.map(({ name }) => name)).not.toContain("WORKER_KINDS");
  });
});

describe.each(ofKind("Service"))("Service $metadata.name", ({ metadata, spec }) => {
  const { ports, clusterIP } = spec as {
    clusterIP?: string;
    ports: { name: string; targetPort: string; appProtocol?: string }[];
  };

  it("is not headless and targets ports that exist", () => {
    expect(clusterIP).not.toBe("None");
    for (const { targetPort } of ports) expect(portNames(metadata.name)).toContain(targetPort);
  });

  it("declares protocols that Linkerd knows", () => {
    const known = [undefined, "http", "kubernetes.io/h2c", "linkerd.io/opaque", "linkerd.io/tcp"];
    for (const { appProtocol } of ports) expect(known).toContain(appProtocol);
  });
});

describe("routes", () => {
  const routes = ofKind("GRPCRoute");
  const rulesOf = (route: Manifest) => (route.spec as { rules: RouteRule[] }).rules;
  const parentOf = (route: Manifest) =>
    (route.spec as { parentRefs: { name: string }[] }).parentRefs[0]?.name;
  const named = (route: Manifest) =>
    rulesOf(route).flatMap(({ matches = [] }) =>
      matches.map(({ method }) => `${method.service}/${method.method}`),
    );

  it("have a catch-all for each service, because a route removes the default one", () => {
    for (const service of new Set(routes.map(parentOf))) {
      const rules = routes.filter((route) => parentOf(route) === service).flatMap(rulesOf);

      expect(rules.some(({ matches }) => matches === undefined)).toBe(true);
    }
  });

  it("name every method of the contract once, and no other", () => {
    expect(routes.flatMap(named).sort()).toEqual([...methods.keys()].sort());
  });

  it("retry reads and nothing else", () => {
    for (const route of routes) {
      const isRetried = route.metadata.annotations?.["retry.linkerd.io/grpc"] !== undefined;
      for (const name of named(route)) {
        expect(methods.get(name)?.idempotency === Idempotency.NO_SIDE_EFFECTS).toBe(isRetried);
      }
    }
  });
});

it("uses no kind that overrides routes", () => {
  expect(ofKind("ServiceProfile")).toEqual([]);
});

it("keeps PostgreSQL among the opaque ports of the namespace", () => {
  const [namespace] = ofKind("Namespace");
  const ports = namespace?.metadata.annotations?.["config.linkerd.io/opaque-ports"]?.split(",");

  expect(ports).toEqual(expect.arrayContaining(["5432", "3306", "6379"]));
});
