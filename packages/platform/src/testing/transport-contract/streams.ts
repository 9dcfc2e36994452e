import { Code } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import { expect } from "vitest";
import { AppError } from "../../app-error.ts";
import { currentRequest } from "../../rpc/request-context.ts";
import { drainStream, failureOf, never, openEcho, signalled, type TransportSpec } from "./spec.ts";

/** Streams from the server and from the client. */
export const streamSpecs: readonly TransportSpec[] = [
  {
    title: "streams answers in order, all in the context of their call",
    run: async (open) => {
      const echo = await openEcho(open, {
        async *split({ text }) {
          for (const word of text.split(" ")) {
            yield { text: `${word} ${currentRequest()?.requestId}` };
          }
        },
      });
      const id = "018f2f0c-3b1e-7f6a-9c55-0a1b2c3d4e5f";

      const { received, error } = await drainStream(
        echo.split({ text: "a b c" }, { headers: { "x-request-id": id } }),
      );

      expect(error).toBeUndefined();
      expect(received.map(({ text }) => text)).toEqual([`a ${id}`, `b ${id}`, `c ${id}`]);
    },
  },
  {
    title: "ends an empty stream",
    run: async (open) => {
      const echo = await openEcho(open, {
        async *split() {
          yield* [];
        },
      });

      expect(await drainStream(echo.split({}))).toEqual({ received: [], error: undefined });
    },
  },
  {
    title: "delivers what came before an error in mid-stream, then the error",
    run: async (open) => {
      const echo = await openEcho(open, {
        async *split() {
          yield { text: "first" };
          yield { text: "second" };
          throw new AppError("failed-precondition", "PRICES_MISSING", "No prices.");
        },
      });

      const { received, error } = await drainStream(echo.split({}));

      expect(received.map(({ text }) => text)).toEqual(["first", "second"]);
      expect(error).toMatchObject({ code: Code.FailedPrecondition, rawMessage: "No prices." });
      expect(error?.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "PRICES_MISSING" }]);
    },
  },
  {
    title: "withholds the message of an unexpected error in mid-stream",
    run: async (open) => {
      const echo = await openEcho(open, {
        async *split() {
          yield { text: "first" };
          throw new Error("password=hunter2");
        },
      });

      const { error } = await drainStream(echo.split({}));

      expect(error).toMatchObject({ code: Code.Internal, rawMessage: "internal error" });
    },
  },
  {
    title: "stops the producer when the client cancels",
    run: async (open) => {
      const stopped = signalled<number>();
      const echo = await openEcho(open, {
        async *split(_, { signal }) {
          let count = 0;
          try {
            for (; count < 1_000_000 && !signal.aborted; count++) {
              yield { count };
              await new Promise((resolve) => setImmediate(resolve));
            }
          } finally {
            stopped.resolve(count);
          }
        },
      });
      const controller = new AbortController();
      const messages = echo.split({}, { signal: controller.signal })[Symbol.asyncIterator]();
      await messages.next();

      controller.abort();

      const error = await failureOf(drainIterator(messages));
      expect(error.code).toBe(Code.Canceled);
      expect(await stopped.promise).toBeLessThan(1_000_000);
    },
  },
  {
    title: "does not let a producer run ahead of a slow reader",
    run: async (open) => {
      let produced = 0;
      const data = new Uint8Array(256 * 1024);
      const echo = await openEcho(open, {
        async *split() {
          for (; produced < 2000; produced++) {
            yield { data };
          }
        },
      });
      const controller = new AbortController();
      const messages = echo.split({}, { signal: controller.signal })[Symbol.asyncIterator]();
      await messages.next();

      const settledAt = await settledCount(() => produced);

      // 2000 × 256 KiB would be 500 MiB. Buffers of both ends hold a few dozen messages.
      expect(settledAt).toBeLessThan(200);
      controller.abort();
      await failureOf(drainIterator(messages));
    },
  },
  {
    title: "joins a stream from the client",
    clientStreams: true,
    run: async (open) => {
      const echo = await openEcho(open, {
        join: async (requests) => {
          let text = "";
          for await (const request of requests) {
            text += request.text;
          }
          return { text };
        },
      });

      expect((await echo.join(words("a", "b", "c"))).text).toBe("abc");
      expect((await echo.join(words())).text).toBe("");
    },
  },
  {
    title: "lets the handler answer before the client has sent all",
    clientStreams: true,
    run: async (open) => {
      const inputClosed = signalled();
      const echo = await openEcho(open, {
        join: async (requests) => {
          for await (const { text } of requests) {
            return { text };
          }
          return {};
        },
      });
      async function* endless() {
        try {
          for (;;) {
            yield { text: "enough" };
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          inputClosed.resolve();
        }
      }

      expect((await echo.join(endless())).text).toBe("enough");
      await inputClosed.promise;
    },
  },
  {
    title: "takes turns in both directions",
    clientStreams: true,
    run: async (open) => {
      const echo = await openEcho(open, {
        async *chat(requests) {
          for await (const { text } of requests) {
            yield { text: `you said ${text}` };
          }
        },
      });
      const heard: string[] = [];
      let answered = signalled();
      async function* talk() {
        for (const text of ["one", "two", "three"]) {
          answered = signalled();
          yield { text };
          await answered.promise;
        }
      }

      for await (const { text } of echo.chat(talk())) {
        heard.push(text);
        answered.resolve();
      }

      expect(heard).toEqual(["you said one", "you said two", "you said three"]);
    },
  },
  {
    title: "does not take a canceled upload for a finished one",
    clientStreams: true,
    run: async (open) => {
      const handlerSaw = signalled<unknown>();
      const started = signalled();
      const echo = await openEcho(open, {
        join: async (requests) => {
          try {
            for await (const _ of requests) {
              started.resolve();
            }
            handlerSaw.resolve("a normal end");
          } catch (error) {
            handlerSaw.resolve(error);
          }
          return {};
        },
      });
      async function* oneThenSilence() {
        yield { text: "one" };
        await never();
      }
      const controller = new AbortController();
      const call = failureOf(echo.join(oneThenSilence(), { signal: controller.signal }));
      await started.promise;

      controller.abort();

      expect((await call).code).toBe(Code.Canceled);
      expect(await handlerSaw.promise).toMatchObject({ code: Code.Canceled });
    },
  },
];

async function* words(...texts: string[]) {
  for (const text of texts) {
    yield { text };
  }
}

async function drainIterator<T>(iterator: AsyncIterator<T>): Promise<void> {
  let result = await iterator.next();
  while (!result.done) {
    result = await iterator.next();
  }
}

/** Waits until a count has stood still for a while, and returns it. */
async function settledCount(count: () => number): Promise<number> {
  let last = -1;
  for (let unchanged = 0; unchanged < 5; ) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    unchanged = count() === last ? unchanged + 1 : 0;
    last = count();
  }
  return last;
}
