import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { formatLogLine } from "./log-line.ts";
import { createLogger, type Logger, type LogLevel } from "./logger.ts";

/** Logs to memory. @returns What was written. */
function written(isTTY: boolean, level: LogLevel, use: (log: Logger) => void): string {
  const stream = Object.assign(new PassThrough(), { isTTY });
  use(createLogger({ name: "data", level, stream }));
  return String(stream.read() ?? "");
}

describe("createLogger", () => {
  it("writes JSON when nobody watches", () => {
    const line = JSON.parse(written(false, "info", (log) => log.info({ rows: 3 }, "imported")));

    expect(line).toMatchObject({ level: 30, name: "data", rows: 3, msg: "imported" });
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it("writes one readable line on a terminal", () => {
    const text = written(true, "info", (log) => log.warn({ rows: 3 }, "imported"));

    expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}data {2}imported rows=3\n$/);
  });

  it("leaves out lines below the level", () => {
    expect(written(false, "warn", (log) => log.info("imported"))).toBe("");
    expect(written(false, "silent", (log) => log.fatal("lost"))).toBe("");
  });

  it.each([false, true])("withholds secrets (on a terminal: %s)", (isTTY) => {
    const text = written(isTTY, "info", (log) =>
      log.child({ token: "hunter2" }).info(
        {
          password: "hunter2",
          url: "postgresql://u:hunter2@h/d",
          headers: { authorization: "Bearer hunter2", cookie: "hunter2" },
        },
        "started",
      ),
    );

    expect(text).toContain("[redacted]");
    expect(text).not.toContain("hunter2");
    expect(text).toContain("postgresql://[redacted]@h/d");
  });

  it("shows the stack of an error", () => {
    const text = written(true, "info", (log) => log.error({ err: new Error("boom") }, "failed"));

    expect(text).toMatch(/failed\nError: boom\n {4}at /);
  });
});

describe("formatLogLine", () => {
  it("lets no value forge a line or steer the terminal", () => {
    const line = JSON.stringify({
      level: 30,
      time: 0,
      name: "data",
      msg: "imported\u001b[2J",
      file: "a\n00:00:00.000 info   data  forged",
    });

    expect(formatLogLine(line)).toBe(
      '00:00:00.000 info  data  imported\\u001b[2J file="a\\n00:00:00.000 info   data  forged"\n',
    );
  });
});
