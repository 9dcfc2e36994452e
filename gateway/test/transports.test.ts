import { ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { startGrpcServer } from "@portfolio/platform/rpc/grpc-server";
import { createGrpcTransport } from "@portfolio/platform/rpc/grpc-transport";
import { HealthChecks } from "@portfolio/platform/rpc/health";
import { propagate } from "@portfolio/platform/rpc/propagation";
import type { Registration } from "@portfolio/platform/rpc/registration";
import {
  describeTransports,
  type MakeTransport,
} from "@portfolio/platform/testing/describe-transports";
import type { GatewayOptions } from "../src/index.ts";
import { backendOf, silentLog, startTestGateway } from "./test-gateway.ts";

/** Headers that the specifications send through. */
const HEADER_RULES = {
  request: ["x-question", "x-key-bin"],
  answer: ["x-answer", "x-rest"],
};

describeTransports("gateway, Connect JSON", throughGateway(connectJson), { clientStreams: false });
describeTransports("gateway, Connect binary over HTTP/2", throughGateway(connectBinary), {
  clientStreams: true,
});
describeTransports("gateway, gRPC-Web", throughGateway(grpcWeb), { clientStreams: false });
describeTransports("gateway, gRPC", throughGateway(grpc), { clientStreams: true });
describeTransports("gateway before a gRPC service, gRPC-Web", beforeGrpcService(grpcWeb), {
  clientStreams: false,
});

type OpenClient = (url: string, port: number) => Transport & { close?(): void };

function connectJson(baseUrl: string) {
  return createConnectTransport({ baseUrl, httpVersion: "1.1" });
}

function connectBinary(baseUrl: string) {
  return createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: true });
}

/** Connect's client shows the trailers of its own hop in the metadata of errors. */
function grpcWeb(baseUrl: string) {
  const hideStatus: Interceptor = (next) => (request) =>
    next(request).catch((error: unknown) => {
      ConnectError.from(error).metadata.delete("grpc-status");
      throw error;
    });
  return createGrpcWebTransport({ baseUrl, httpVersion: "1.1", interceptors: [hideStatus] });
}

function grpc(_: string, port: number) {
  return createGrpcTransport(`127.0.0.1:${port}`);
}

/** Client, gateway, and the services in the gateway's process. */
function throughGateway(openClient: OpenClient): MakeTransport {
  return async (registrations, interceptors) => {
    const backend = backendOf("contract", registrations, { interceptors });
    return await openGateway({ backends: [backend] }, openClient);
  };
}

/** Client, gateway, and the services behind gRPC. */
function beforeGrpcService(openClient: OpenClient): MakeTransport {
  return async (registrations: readonly Registration[], interceptors: readonly Interceptor[]) => {
    const server = await startGrpcServer({
      host: "127.0.0.1",
      port: 0,
      registrations,
      interceptors,
      health: new HealthChecks(),
      log: silentLog,
    });
    const transport = createGrpcTransport(`127.0.0.1:${server.port}`);
    const services = registrations.map(({ service }) => service);
    const opened = await openGateway(
      { backends: [{ name: "contract", services, transport }] },
      openClient,
    );
    return {
      transport: opened.transport,
      close: async () => {
        await opened.close();
        transport.close();
        await server.drain(100);
      },
    };
  };
}

async function openGateway(options: Partial<GatewayOptions>, openClient: OpenClient) {
  const gateway = await startTestGateway({ headerRules: HEADER_RULES, ...options });
  const client = openClient(gateway.url, gateway.port);
  return {
    transport: propagating(client),
    close: async () => {
      client.close?.();
      await gateway.drain(100);
    },
  };
}

/** Connect's own transports know nothing of the call that they are used in; the platform's do. */
function propagating(transport: Transport): Transport {
  const outgoing = (header: Parameters<Transport["unary"]>[3], timeoutMs: number | undefined) => {
    const call = propagate(header, timeoutMs);
    const left = call.deadline === undefined ? undefined : call.deadline - Date.now();
    return { header: call.header, timeoutMs: left };
  };
  return {
    unary: (method, signal, timeoutMs, header, input, values) => {
      const call = outgoing(header, timeoutMs);
      return transport.unary(method, signal, call.timeoutMs, call.header, input, values);
    },
    stream: (method, signal, timeoutMs, header, input, values) => {
      const call = outgoing(header, timeoutMs);
      return transport.stream(method, signal, call.timeoutMs, call.header, input, values);
    },
  };
}
