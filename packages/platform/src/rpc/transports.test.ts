import pino from "pino";
import { describeTransports } from "../testing/describe-transports.ts";
import { startGrpcServer } from "./grpc-server.ts";
import { createGrpcTransport } from "./grpc-transport.ts";
import { HealthChecks } from "./health.ts";
import { createLocalTransport } from "./local-transport.ts";
import { openTransport } from "./open-transport.ts";

describeTransports(
  "in-process",
  async (registrations, interceptors) =>
    withClose(openTransport("inproc:", createLocalTransport(registrations, interceptors))),
  { clientStreams: true },
);

describeTransports(
  "grpc-js",
  async (registrations, interceptors) => {
    const server = await startGrpcServer({
      host: "127.0.0.1",
      port: 0,
      registrations,
      interceptors,
      health: new HealthChecks(),
      log: pino({ level: "silent" }),
    });
    const transport = createGrpcTransport(`127.0.0.1:${server.port}`);
    return {
      transport,
      close: async () => {
        transport.close();
        await server.drain(100);
      },
    };
  },
  { clientStreams: true },
);

function withClose(transport: ReturnType<typeof openTransport>) {
  return { transport, close: () => transport.close() };
}
