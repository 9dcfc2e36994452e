import { type DescMessage, type DescMethod, getOption, ScalarType } from "@bufbuild/protobuf";
import { method as methodPolicy } from "@portfolio/gen/portfolio/policy/v1/policy_pb.js";
import { methodPath } from "@portfolio/platform/rpc/procedure";
import type { Backend } from "../backend.ts";
import { MAX_REQUEST_BYTES } from "../http/limits.ts";

/** One method of the contract, and who serves it. */
export interface Route {
  /** Path of the method, such as `/portfolio.data.v1.PriceService/GetPrices`. */
  readonly path: string;
  readonly method: DescMethod;
  readonly backend: Backend;
  /** Whether answers may hold packed numbers, on which compression is CPU time lost. */
  readonly carriesBytes: boolean;
  /** Bytes that one request may have, packed or not. */
  readonly requestBytesMax: number;
}

export type RouteTable = ReadonlyMap<string, Route>;

/** Path of any RPC, known or not: a dotted package and service, then a method. */
const RPC_PATH = /^\/[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\/[A-Za-z_]\w*$/;

/**
 * Makes the table of everything that can be called.
 *
 * @throws {Error} Two backends serve the same method.
 */
export function createRouteTable(backends: readonly Backend[]): RouteTable {
  const table = new Map<string, Route>();
  for (const backend of backends) {
    for (const method of backend.services.flatMap((service) => service.methods)) {
      const path = methodPath(method);
      const present = table.get(path);
      if (present !== undefined) {
        throw new Error(`${path} is served by ${present.backend.name} and by ${backend.name}`);
      }
      table.set(path, {
        path,
        method,
        backend,
        carriesBytes: holdsBytes(method.output),
        requestBytesMax: getOption(method, methodPolicy).requestBytesMax || MAX_REQUEST_BYTES,
      });
    }
  }
  return table;
}

/** Whether a path is one of RPCs, so that no web page may be served there. */
export function isRpcPath(path: string): boolean {
  return RPC_PATH.test(path);
}

function holdsBytes(message: DescMessage, seen = new Set<DescMessage>()): boolean {
  if (seen.has(message)) {
    return false;
  }
  seen.add(message);
  return message.fields.some(
    (field) =>
      field.scalar === ScalarType.BYTES ||
      (field.message !== undefined && holdsBytes(field.message, seen)),
  );
}
