export type { Backend } from "./backend.ts";
export { type Gateway, type GatewayOptions, startGateway } from "./gateway.ts";
