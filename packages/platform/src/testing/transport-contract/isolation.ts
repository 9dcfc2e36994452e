import { create } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { type Payload, PayloadSchema } from "./echo-service.ts";
import { drainStream, openEcho, type TransportSpec } from "./spec.ts";

function payload(): Payload {
  return create(PayloadSchema, {
    text: "original",
    data: Uint8Array.of(1, 2, 3),
    numbers: [1, 2, 3],
    weights: { AAPL: 1 },
    child: { numbers: [4] },
  });
}

/** Changes a message everywhere that it could be shared. */
function spoil(message: Payload): void {
  message.text = "spoiled";
  message.data.fill(0);
  message.numbers.fill(0);
  Object.assign(message.weights, { AAPL: 0 });
  message.child?.numbers.fill(0);
}

/** Nobody can change a message that somebody else holds. */
export const isolationSpecs: readonly TransportSpec[] = [
  {
    title: "keeps the caller's request from the handler's hands",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: (request) => {
          spoil(request);
          return {};
        },
      });
      const request = payload();

      await echo.echo(request);

      expect(request).toEqual(payload());
    },
  },
  {
    title: "keeps what the handler holds from the caller's hands",
    run: async (open) => {
      const kept = payload();
      const echo = await openEcho(open, { echo: () => kept });

      spoil(await echo.echo({}));

      expect(kept).toEqual(payload());
    },
  },
  {
    title: "keeps the messages of a stream apart",
    run: async (open) => {
      const kept = payload();
      const echo = await openEcho(open, {
        async *split() {
          yield kept;
          yield kept;
        },
      });
      const received: Payload[] = [];

      for await (const message of echo.split({})) {
        received.push(message);
        spoil(message);
      }

      expect(received).toHaveLength(2);
      expect(kept).toEqual(payload());
    },
  },
  {
    title: "keeps a stream's requests from the handler's hands",
    clientStreams: true,
    run: async (open) => {
      const echo = await openEcho(open, {
        async *chat(requests) {
          for await (const request of requests) {
            spoil(request);
            yield {};
          }
        },
      });
      const request = payload();
      async function* requests() {
        yield request;
      }

      await drainStream(echo.chat(requests()));

      expect(request).toEqual(payload());
    },
  },
];
