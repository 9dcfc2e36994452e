import type {
  RunStressRequest,
  StressProxy,
} from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import type { Position } from "../../domain/portfolio-problem.ts";
import type { NamedProxy } from "../../domain/stress-problem.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readSymbols } from "./read-symbols.ts";
import { refuseIfAny } from "./refuse.ts";

const BETA_MAX = 10;

/**
 * Reads what stands in for each position. A position is no proxy of itself.
 *
 * @throws {AppError} `CONSTRAINT_SYMBOL_UNKNOWN` for one that is not held, `SYMBOL_REPEATED`,
 *   `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readProxies(
  { proxies, defaultProxy }: Pick<RunStressRequest, "proxies" | "defaultProxy">,
  positions: readonly Position[],
): ReadonlyMap<string, NamedProxy> {
  const entries = Object.entries(proxies);
  const fieldOf = (k: number) => `proxies[${JSON.stringify(entries[k]?.[0])}]`;
  const { symbols } = readSymbols(
    entries.map(([symbol]) => symbol),
    { fieldOf, isFreeText: false },
  );
  const held = new Set(positions.map(({ symbol }) => symbol));
  refuseIfAny(
    "CONSTRAINT_SYMBOL_UNKNOWN",
    symbols.flatMap((symbol, k) =>
      held.has(symbol)
        ? []
        : [{ field: fieldOf(k), description: `there is no position in "${symbol}"` }],
    ),
  );
  const own = new Map(entries.map(([, proxy], k) => [symbols[k], readProxy(proxy, fieldOf(k))]));
  const usual = defaultProxy && readProxy(defaultProxy, "default_proxy");
  return new Map(
    [...held].flatMap((symbol): [string, NamedProxy][] => {
      const proxy = own.get(symbol) ?? usual;
      return proxy === undefined || proxy.symbol === symbol ? [] : [[symbol, proxy]];
    }),
  );
}

function readProxy({ symbol, beta }: StressProxy, path: string): NamedProxy {
  const field = `${path}.symbol`;
  const { symbols } = readSymbols([symbol], { fieldOf: () => field, isFreeText: false });
  checkNumbers([{ field: `${path}.beta`, value: beta, min: -BETA_MAX, max: BETA_MAX }]);
  return { symbol: symbols[0] ?? "", beta, field };
}
