import type { DescService } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";

/** A part of the system that serves some of the contract. */
export interface Backend {
  /** Area name, such as `optimization`. */
  readonly name: string;
  /** What it serves. The gateway forwards every method of these, and no others. */
  readonly services: readonly DescService[];
  /** Reaches it. Also answers `grpc.health.v1.Health` for it. */
  readonly transport: Transport;
}
