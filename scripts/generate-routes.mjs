// Writes linkerd/routes/*.yaml from the contract: methods without side effects may be retried by the mesh, others never,
// and what no rule names is still routed. `node scripts/generate-routes.mjs --check` only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
import { stringify } from "yaml";
import { root } from "./prepare.mjs";

const MATCHES_MAX = 8;
const GRPC_PORT = 50051;
const AREAS = {
  data: [InstrumentService, PriceService],
  optimization: [OptimizationService, PortfolioService, BacktestService, StressService],
  jobs: [JobService],
  training: [
    TrainingService,
    StudyService,
    ModelService,
    ForecastService,
    ExperimentService,
    MonitoringService,
    ScheduleService,
    DashboardService,
  ],
};

for (const [area, services] of Object.entries(AREAS)) {
  const path = join(root, "linkerd", "routes", `${area}.yaml`);
  const text = routesOf(
    area,
    services.flatMap((service) => service.methods),
  );
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    process.stderr.write(`${path} is stale: run node scripts/generate-routes.mjs\n`);
    process.exitCode = 1;
  }
}

function routesOf(area, methods) {
  const isRead = ({ idempotency }) => idempotency === Idempotency.NO_SIDE_EFFECTS;
  const reads = methods.filter(isRead);
  const writes = methods.filter((method) => !isRead(method));
  const documents = [
    route(`${area}-reads`, area, reads.map(match), {
      "retry.linkerd.io/grpc": "unavailable",
      "retry.linkerd.io/limit": "2",
    }),
    // The rule without a match is the catch-all: a route on a Service removes the default one.
    route(`${area}-rest`, area, writes.map(match), {}, [{}]),
  ];
  const head = "# Generated from the contract by scripts/generate-routes.mjs. Do not edit.\n";
  return head + documents.map((document) => stringify(document)).join("---\n");
}

function match({ parent, name }) {
  return { method: { type: "Exact", service: parent.typeName, method: name } };
}

/** Splits the matches of a route: the resource definition allows so many in a rule. */
function chunks(matches) {
  const count = Math.max(1, Math.ceil(matches.length / MATCHES_MAX));
  return Array.from({ length: count }, (_, k) =>
    matches.slice(k * MATCHES_MAX, (k + 1) * MATCHES_MAX),
  );
}

function route(name, area, matches, annotations, moreRules = []) {
  const backendRefs = [{ name: area, port: GRPC_PORT }];
  const rules = [...chunks(matches).map((some) => ({ matches: some })), ...moreRules].map(
    (rule) => ({
      ...rule,
      backendRefs,
    }),
  );
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GRPCRoute",
    metadata: { name, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: {
      parentRefs: [{ group: "core", kind: "Service", name: area, port: GRPC_PORT }],
      rules,
    },
  };
}
