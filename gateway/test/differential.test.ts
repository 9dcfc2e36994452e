import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { create, type DescMethod, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { OptimizationService } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { register } from "@portfolio/platform/rpc/registration";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gateway } from "../src/index.ts";
import { arbitraryMessage } from "./arbitrary-message.ts";
import { backendOf, startTestGateway } from "./test-gateway.ts";

// The peer is Connect's own server, before the same implementation.
const METHODS = OptimizationService.methods;

let answer: Message;
let received: string[] = [];
let gateway: Gateway;
let peer: Server;
let peerUrl: string;

beforeAll(async () => {
  const implementation = Object.fromEntries(
    METHODS.map((method) => [
      method.localName,
      (request: Message) => {
        received.push(toJsonString(method.input, request));
        return answer;
      },
    ]),
  ) as unknown as ServiceImpl<typeof OptimizationService>;
  const registration = register(OptimizationService, implementation);
  gateway = await startTestGateway({
    backends: [backendOf("optimization", [registration], { interceptors: [] })],
  });
  peer = createServer(
    connectNodeAdapter({
      routes: (router) => router.service(OptimizationService, implementation),
      jsonOptions: { alwaysEmitImplicit: true, ignoreUnknownFields: false },
    }),
  );
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
  peerUrl = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
});
afterAll(async () => {
  peer.close();
  await gateway.drain(1000);
});

async function call(url: string, method: (typeof METHODS)[number], format: string, body: Buffer) {
  const response = await fetch(`${url}/${method.parent.typeName}/${method.name}`, {
    method: "POST",
    headers: { "content-type": `application/${format}` },
    body,
  });
  return {
    status: response.status,
    contentType: response.headers.get("content-type"),
    body: Buffer.from(await response.arrayBuffer()).toString("latin1"),
  };
}

describe("the unary handler beside Connect's own", () => {
  it.each(METHODS.map((method) => [method.name, method] as const))(
    "reads the same and answers the same bytes for any %s",
    async (_, method) => {
      const cases = fc.record({
        request: arbitraryMessage(method.input),
        response: arbitraryMessage(method.output),
        format: fc.constantFrom("json", "proto"),
      });
      await fc.assert(
        fc.asyncProperty(cases, async ({ request, response, format }) => {
          received = [];
          answer = response;
          const body = Buffer.from(
            format === "json"
              ? toJsonString(method.input, request)
              : toBinary(method.input, request),
          );

          const ours = await call(gateway.url, method, format, body);
          const theirs = await call(peerUrl, method, format, body);

          expect(ours).toEqual(theirs);
          expect(ours.status).toBe(200);
          expect(received[0]).toBe(received[1]);
        }),
        { numRuns: 150 },
      );
    },
    60_000,
  );

  it("agrees with Connect on which mutilated JSON is refused", async () => {
    const method: DescMethod = OptimizationService.method.optimizePortfolio;
    answer = create(method.output);
    const cases = fc
      .tuple(arbitraryMessage(method.input), fc.nat(), fc.constantFrom('"', "{", "x", "0", ",", ""))
      .map(([request, at, letter]) => {
        const text = toJsonString(method.input, request);
        const position = at % (text.length + 1);
        return text.slice(0, position) + letter + text.slice(position + 1);
      });
    await fc.assert(
      fc.asyncProperty(cases, async (text) => {
        const ours = await call(gateway.url, method, "json", Buffer.from(text));
        const theirs = await call(peerUrl, method, "json", Buffer.from(text));

        expect(ours.status).toBe(theirs.status);
        if (ours.status !== 200) {
          expect(ours.body).toContain('"debug":{"reason":"');
          expect(ours.body).not.toContain("INTERNAL");
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
