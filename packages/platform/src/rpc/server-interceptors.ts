import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import { contextInterceptor } from "./context-interceptor.ts";
import { type DeadlineOptions, deadlineInterceptor } from "./deadline-interceptor.ts";
import { errorInterceptor } from "./error-interceptor.ts";
import { logInterceptor } from "./log-interceptor.ts";
import { metricsInterceptor } from "./metrics-interceptor.ts";
import { validationInterceptor } from "./validation-interceptor.ts";

export interface ServerInterceptorOptions extends DeadlineOptions {
  /** Name of the part in log lines, such as `data`. */
  readonly area: string;
  readonly log: Logger;
  readonly metrics: { readonly registry: Registry };
  /** Services whose validation rules are compiled ahead of the first call. (Default: none) */
  readonly services?: readonly DescService[];
}

/** What every call passes through, outermost first, on every transport. */
export function serverInterceptors(options: ServerInterceptorOptions): Interceptor[] {
  return [
    contextInterceptor(),
    logInterceptor(options.log, options.area),
    metricsInterceptor(options.metrics.registry),
    deadlineInterceptor(options),
    validationInterceptor(options.services ?? []),
    errorInterceptor(),
  ];
}
