import { fromBinary } from "@bufbuild/protobuf";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { StatusSchema } from "@portfolio/gen/google/rpc/status_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gateway } from "../src/index.ts";
import { requestHttp2 } from "./raw-http.ts";
import { startTestGateway } from "./test-gateway.ts";

const GET_INSTRUMENT = "/portfolio.data.v1.InstrumentService/GetInstrument";
const AAPL = Buffer.from([0x0a, 4, ...Buffer.from("AAPL")]);

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.drain(0));

function envelope(message: Buffer, flags = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags, 0);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Returns the status of a call, whether it comes in headers, trailers or the body. */
async function statusOf(headers: Record<string, string>, body: Buffer) {
  const answer = await requestHttp2(gateway, { ":path": GET_INSTRUMENT, ...headers }, body);
  const text = answer.body.toString("latin1");
  const inBody = (name: string) => new RegExp(`${name}: ([^\\r]*)`).exec(text)?.[1];
  const find = (name: string) => answer.trailers[name] ?? answer.headers[name] ?? inBody(name);
  const details = Buffer.from(String(find("grpc-status-details-bin") ?? ""), "base64");
  const reasons = fromBinary(StatusSchema, details)
    .details.filter(({ typeUrl }) => typeUrl.endsWith(ErrorInfoSchema.typeName))
    .map(({ value }) => fromBinary(ErrorInfoSchema, value).reason);
  return { status: Number(find("grpc-status")), reason: reasons[0] };
}

describe.each(["application/grpc", "application/grpc-web+proto"])("a call in %s", (contentType) => {
  const headers = { "content-type": contentType };

  it("succeeds when it is well made", async () => {
    expect(await statusOf(headers, envelope(AAPL))).toEqual({ status: 0, reason: undefined });
  });

  it.each([
    ["bytes that are no such message", envelope(Buffer.from([0x0a, 9, 0x41])), "REQUEST_INVALID"],
    ["no message", Buffer.alloc(0), "MESSAGE_COUNT_WRONG"],
    ["two messages", Buffer.concat([envelope(AAPL), envelope(AAPL)]), "MESSAGE_COUNT_WRONG"],
    ["a message cut short", envelope(AAPL).subarray(0, 7), "REQUEST_INVALID"],
    ["a message that claims to be gzip", envelope(AAPL, 1), "REQUEST_INVALID"],
  ])("is told of %s", async (_, body, reason) => {
    // 3 is INVALID_ARGUMENT.
    expect(await statusOf(headers, body)).toEqual({ status: 3, reason });
  });

  it("is told of a message that claims more than 4 MiB", async () => {
    const body = envelope(AAPL);
    body.writeUInt32BE(0xffff_ffff, 1);

    // 8 is RESOURCE_EXHAUSTED.
    expect(await statusOf(headers, body)).toEqual({ status: 8, reason: "REQUEST_TOO_LARGE" });
  });

  it("is told of a compression that the gateway does not open", async () => {
    const status = await statusOf({ ...headers, "grpc-encoding": "br" }, envelope(AAPL, 1));

    // 12 is UNIMPLEMENTED.
    expect(status.status).toBe(12);
  });

  it("is told of a deadline that is none", async () => {
    const status = await statusOf({ ...headers, "grpc-timeout": "soon" }, envelope(AAPL));

    expect(status).toEqual({ status: 3, reason: "REQUEST_INVALID" });
  });

  it("is told that there is no such method", async () => {
    const status = await statusOf({ ...headers, ":path": "/portfolio.x.v1.X/Y" }, envelope(AAPL));

    expect(status.status).toBe(12);
  });
});
