import type { DescService } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";

/** A service and what serves it. Methods that are left out answer UNIMPLEMENTED. */
export interface Registration {
  readonly service: DescService;
  readonly implementation: Partial<ServiceImpl<DescService>>;
}

/** Pairs a service with its implementation, and checks that the two fit. */
export function register<S extends DescService>(
  service: S,
  implementation: ServiceImpl<S>,
): Registration {
  return { service, implementation: implementation as Registration["implementation"] };
}
