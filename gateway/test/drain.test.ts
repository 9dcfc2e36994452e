import { connect as connectHttp2 } from "node:http2";
import { describe, expect, it } from "vitest";
import { openSocket } from "./raw-http.ts";
import { dataBackend, startTestGateway } from "./test-gateway.ts";

const GET_INSTRUMENT = "/portfolio.data.v1.InstrumentService/GetInstrument";
const REQUEST = { method: "POST", headers: { "content-type": "application/json" } };

/** A gateway whose `GetInstrument` answers when told to. */
async function startHeld() {
  let release: () => void = () => undefined;
  let onStarted: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const started = new Promise<void>((resolve) => {
    onStarted = resolve;
  });
  const backend = dataBackend({
    getInstrument: async ({ symbol }) => {
      onStarted();
      await released;
      return { instrument: { symbol } };
    },
  });
  return { gateway: await startTestGateway({ backends: [backend] }), release, started };
}

describe("draining", () => {
  it("lets a call in flight finish, and takes no new connection", async () => {
    const { gateway, release, started } = await startHeld();
    const call = fetch(gateway.url + GET_INSTRUMENT, { ...REQUEST, body: '{"symbol":"AAPL"}' });
    await started;

    const drained = gateway.drain(5000);
    await expect(
      fetch(`${gateway.url}/livez`, { headers: { connection: "close" } }),
    ).rejects.toThrow();
    release();

    expect(await (await call).json()).toMatchObject({ instrument: { symbol: "AAPL" } });
    await drained;
  });

  it("tells HTTP/2 clients to go, and lets their calls finish", async () => {
    const { gateway, release, started } = await startHeld();
    const session = connectHttp2(gateway.url);
    const goaway = new Promise<number>((resolve) => session.once("goaway", resolve));
    const stream = session.request({
      ":method": "POST",
      ":path": GET_INSTRUMENT,
      "content-type": "application/json",
    });
    const body = new Promise<string>((resolve) => {
      let received = "";
      stream.on("data", (chunk) => {
        received += chunk;
      });
      stream.on("end", () => resolve(received));
    });
    stream.end('{"symbol":"AAPL"}');
    await started;

    const drained = gateway.drain(5000);

    // 0 is NO_ERROR.
    expect(await goaway).toBe(0);
    release();
    expect(JSON.parse(await body)).toMatchObject({ instrument: { symbol: "AAPL" } });
    await drained;
  });

  it("fails readiness on connections that are still open", async () => {
    const { gateway, release, started } = await startHeld();
    const { socket, closed } = openSocket(gateway);
    const call = fetch(gateway.url + GET_INSTRUMENT, { ...REQUEST, body: '{"symbol":"AAPL"}' });
    await started;
    // The first half of a request keeps the connection from being idle.
    socket.write("GET /readyz HTTP/1.1\r\n");
    await new Promise((resolve) => setTimeout(resolve, 50));

    const drained = gateway.drain(5000);
    socket.write("host: localhost\r\n\r\n");

    expect(await closed).toMatch(/^HTTP\/1\.1 503 .*"draining":true/s);
    release();
    await call;
    await drained;
  });

  it("closes idle connections at once", async () => {
    const gateway = await startTestGateway();
    await fetch(`${gateway.url}/livez`);

    // Far longer than the test may take.
    await gateway.drain(300_000);
  });

  it("closes connections that have said nothing yet", async () => {
    const gateway = await startTestGateway();
    const { closed } = openSocket(gateway);
    // An answer to a later connection shows that the gateway has taken the first.
    await fetch(`${gateway.url}/livez`);

    await gateway.drain(300_000);

    expect(await closed).toBe("");
  });

  it("cuts what has not finished in time", async () => {
    const { gateway, started } = await startHeld();
    const call = fetch(gateway.url + GET_INSTRUMENT, { ...REQUEST, body: '{"symbol":"AAPL"}' });
    const failed = expect(call).rejects.toThrow();
    await started;

    await gateway.drain(100);

    await failed;
  });
});
