import type { Registry } from "prom-client";
import type { Logger } from "../logger.ts";
import type { Cache } from "./cache.ts";
import { cacheMetrics } from "./cache-metrics.ts";
import { MemoryCache } from "./memory-cache.ts";
import { RedisCache } from "./redis-cache.ts";

export interface OpenCacheOptions {
  /** Such as `forecasts`. */
  readonly name: string;
  /** Redis, to share with other processes. Missing means that each keeps its own. */
  readonly redisUrl: string | undefined;
  /** Most memory that it takes in this process. */
  readonly bytesMax: number;
  /** Where reads are counted. (Default: nowhere.) */
  readonly registry?: Registry | undefined;
  readonly log: Logger;
}

/** Opens a cache of this process, shared through Redis where there is one. */
export function openCache({ redisUrl, registry, ...options }: OpenCacheOptions): Cache {
  const onRead = registry && cacheMetrics(registry, options.name);
  return redisUrl === undefined
    ? new MemoryCache({ bytesMax: options.bytesMax, onRead })
    : new RedisCache({ ...options, url: redisUrl, onRead });
}
