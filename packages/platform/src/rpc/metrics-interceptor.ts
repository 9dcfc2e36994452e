import type { Interceptor } from "@connectrpc/connect";
import { Gauge, Histogram, type Registry } from "prom-client";
import { outcomeInterceptor } from "./call-outcome.ts";
import { methodPath } from "./procedure.ts";
import { statusName } from "./status-name.ts";

const DURATION_METRIC = "rpc_server_call_duration_seconds";
const IN_FLIGHT_METRIC = "rpc_server_calls_in_flight";
const BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

interface Observer {
  observe(seconds: number): void;
}

/** Counts and times calls, by method and status. Several areas may share a registry. */
export function metricsInterceptor(registry: Registry): Interceptor {
  const duration = existing<Histogram>(registry, DURATION_METRIC) ?? durationHistogram(registry);
  const inFlight = existing<Gauge>(registry, IN_FLIGHT_METRIC) ?? inFlightGauge(registry);
  const observers = new Map<string, Observer>();
  const observerOf = (method: string, status: string): Observer => {
    const key = `${method} ${status}`;
    let observer = observers.get(key);
    if (observer === undefined) {
      observer = duration.labels({ rpc_method: method, rpc_response_status_code: status });
      observers.set(key, observer);
    }
    return observer;
  };
  return outcomeInterceptor((request) => {
    const method = methodPath(request.method).slice(1);
    inFlight.inc({ rpc_method: method });
    return ({ error, durationMs }) => {
      inFlight.dec({ rpc_method: method });
      observerOf(method, statusName(error)).observe(durationMs / 1000);
    };
  });
}

function existing<T>(registry: Registry, name: string): T | undefined {
  return registry.getSingleMetric(name) as T | undefined;
}

function durationHistogram(registry: Registry): Histogram {
  return new Histogram({
    name: DURATION_METRIC,
    help: "Time from a request to the last message of its answer.",
    labelNames: ["rpc_method", "rpc_response_status_code"],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
}

function inFlightGauge(registry: Registry): Gauge {
  return new Gauge({
    name: IN_FLIGHT_METRIC,
    help: "Calls that are being served.",
    labelNames: ["rpc_method"],
    registers: [registry],
  });
}
