import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";

const MODULE = new URL("process-signal.ts", import.meta.url).href;
const TSX = import.meta.resolve("tsx");

/** A program that says when it listens and when it was told to stop, and then never stops. */
const PROGRAM = `
  import { processSignal } from "${MODULE}";
  const signal = processSignal();
  signal.addEventListener("abort", () => console.log(signal.reason));
  setInterval(() => {}, 1000);
  console.log("ready");
`;

describe("processSignal", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "aborts on %s, and ends on a second one",
    async (name) => {
      const child = spawn(
        process.execPath,
        ["--import", TSX, "--input-type=module", "--eval", PROGRAM],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      try {
        const [ready] = await once(child.stdout, "data");
        expect(String(ready)).toBe("ready\n");

        child.kill(name);
        const [reason] = await once(child.stdout, "data");
        expect(String(reason)).toBe(`${name}\n`);

        const exited = once(child, "exit");
        child.kill("SIGTERM");
        expect(await exited).toEqual([null, "SIGTERM"]);
      } finally {
        child.kill("SIGKILL");
      }
    },
  );
});
