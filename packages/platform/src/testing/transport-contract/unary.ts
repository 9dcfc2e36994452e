import { decodeBinaryHeader, encodeBinaryHeader } from "@connectrpc/connect";
import { expect } from "vitest";
import { currentRequest } from "../../rpc/request-context.ts";
import { openEcho, type TransportSpec } from "./spec.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Single messages, and the headers around them. */
export const unarySpecs: readonly TransportSpec[] = [
  {
    title: "carries every kind of field both ways",
    run: async (open) => {
      const echo = await openEcho(open, { echo: (request) => request });
      const sent = {
        text: "ÅπЖ😀",
        data: Uint8Array.of(0, 255, 128),
        numbers: [0.1, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324],
        weights: { AAPL: 0.25, "": 0.75 },
        child: { child: { text: "deep" } },
        count: 0,
      };

      const received = await echo.echo(sent);

      expect(received).toMatchObject({ ...sent, child: { child: { text: "deep" } } });
      expect(Object.is(received.numbers[1], -0)).toBe(true);
    },
  },
  {
    title: "keeps an unset optional field apart from zero",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: ({ count }) => ({ text: count === undefined ? "unset" : String(count) }),
      });

      expect((await echo.echo({})).text).toBe("unset");
      expect((await echo.echo({ count: 0 })).text).toBe("0");
    },
  },
  {
    title: "carries a message of 1 MiB",
    run: async (open) => {
      const echo = await openEcho(open, { echo: (request) => request });
      const data = new Uint8Array(1024 * 1024).map((_, i) => i * 31);

      const received = (await echo.echo({ data })).data;

      // Comparing a million elements one by one takes seconds.
      expect(Buffer.compare(received, data)).toBe(0);
    },
  },
  {
    title: "carries headers to the handler, and headers and trailers back",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: ({ data }, { requestHeader, responseHeader, responseTrailer }) => {
          responseHeader.set("x-answer", "in the header");
          responseTrailer.set("x-rest", "in the trailer");
          return { text: requestHeader.get("x-question") ?? "none", data };
        },
      });
      let header = new Headers();
      let trailer = new Headers();

      const { text } = await echo.echo(
        {},
        {
          headers: { "x-question": "asked" },
          onHeader: (received) => {
            header = received;
          },
          onTrailer: (received) => {
            trailer = received;
          },
        },
      );

      expect(text).toBe("asked");
      expect(header.get("x-answer")).toBe("in the header");
      expect(trailer.get("x-rest")).toBe("in the trailer");
    },
  },
  {
    title: "carries bytes in a header that ends in -bin",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: (_, { requestHeader }) => ({
          data: decodeBinaryHeader(requestHeader.get("x-key-bin") ?? ""),
        }),
      });
      const key = Uint8Array.of(0, 1, 254, 255);

      const { data } = await echo.echo({}, { headers: { "x-key-bin": encodeBinaryHeader(key) } });

      expect([...data]).toEqual([...key]);
    },
  },
  {
    title: "takes the caller's request id when it is a UUID, else makes one, and echoes it",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: () => ({ text: currentRequest()?.requestId ?? "none" }),
      });
      const ask = async (offered: string) => {
        let echoed: string | null = null;
        const { text } = await echo.echo(
          {},
          {
            headers: { "x-request-id": offered },
            onHeader: (header) => {
              echoed = header.get("x-request-id");
            },
          },
        );
        return { seen: text, echoed };
      };
      const id = "7d9f2f0c-3b1e-4f6a-9c55-0a1b2c3d4e5f";

      expect(await ask(id)).toEqual({ seen: id, echoed: id });
      const made = await ask("not an id");
      expect(made.seen).toMatch(UUID_V7);
      expect(made.echoed).toBe(made.seen);
    },
  },
  {
    title: "keeps the contexts of concurrent calls apart",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: async ({ text }) => {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
          return { text: `${text} ${currentRequest()?.requestId}` };
        },
      });
      const ids = Array.from(
        { length: 50 },
        (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
      );

      const answers = await Promise.all(
        ids.map((id) => echo.echo({ text: id }, { headers: { "x-request-id": id } })),
      );

      expect(answers.map(({ text }) => text)).toEqual(ids.map((id) => `${id} ${id}`));
    },
  },
];
