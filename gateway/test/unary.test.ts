import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gateway } from "../src/index.ts";
import { startTestGateway } from "./test-gateway.ts";

const GET_INSTRUMENT = "/portfolio.data.v1.InstrumentService/GetInstrument";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.drain(1000));

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  return fetch(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

describe("a unary call in JSON", () => {
  it("answers with the message and the request id", async () => {
    const response = await post(GET_INSTRUMENT, '{"symbol":"AAPL"}');

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({
      instrument: { symbol: "AAPL", name: "Apple", lastClose: 129.93, priceCount: 8313 },
    });
  });
});
