import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, EnvReader } from "./env-reader.ts";

const POSTGRES = { protocols: ["postgresql:", "postgres:"] };

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "env-reader-"));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe("EnvReader", () => {
  it("reads every kind of value", () => {
    const env = new EnvReader({
      NAME: "data",
      PORT: "8080",
      DEBUG: "True",
      LEVEL: "warn",
      ORIGINS: " https://a.example, ,https://b.example",
      DATABASE_URL: "postgresql://user@host/db",
    });

    expect(env.string("NAME")).toBe("data");
    expect(env.integer("PORT", { fallback: 1, min: 0, max: 65_535 })).toBe(8080);
    expect(env.boolean("DEBUG", { fallback: false })).toBe(true);
    expect(env.choice("LEVEL", ["info", "warn"], { fallback: "info" })).toBe("warn");
    expect(env.list("ORIGINS", { fallback: [] })).toEqual([
      "https://a.example",
      "https://b.example",
    ]);
    expect(env.url("DATABASE_URL", POSTGRES)).toBe("postgresql://user@host/db");
    env.assertValid();
  });

  it("takes an empty variable as absent", () => {
    const env = new EnvReader({
      PORT: "",
      DEBUG: "",
      LEVEL: "",
      ORIGINS: "",
      KEY: "",
      KEY_FILE: "",
    });

    expect(env.integer("PORT", { fallback: 80, min: 1, max: 100 })).toBe(80);
    expect(env.boolean("DEBUG", { fallback: true })).toBe(true);
    expect(env.choice("LEVEL", ["info"], { fallback: "info" })).toBe("info");
    expect(env.list("ORIGINS", { fallback: ["x"] })).toEqual(["x"]);
    expect(env.optionalSecret("KEY")).toBeUndefined();
    env.assertValid();
  });

  it("reads a secret from a file, without the last line feed", async () => {
    const path = join(directory, "key");
    await writeFile(path, "two\nlines\n");
    const env = new EnvReader({ API_KEY_FILE: path });

    expect(env.secret("API_KEY")).toBe("two\nlines");
    env.assertValid();
  });

  it("lists all problems at once", async () => {
    const empty = join(directory, "empty");
    await writeFile(empty, "\n");
    const env = new EnvReader({
      PORT: "80.5",
      DEBUG: "maybe",
      LEVEL: "loud",
      BOTH: "a",
      BOTH_FILE: "b",
      LOST_FILE: join(directory, "lost"),
      EMPTY_FILE: empty,
    });
    env.string("NAME");
    env.integer("PORT", { fallback: 1, min: 0, max: 65_535 });
    env.boolean("DEBUG", { fallback: false });
    env.choice("LEVEL", ["info", "warn"], { fallback: "info" });
    env.secret("BOTH");
    env.secret("LOST");
    env.secret("EMPTY");

    expect(() => env.assertValid()).toThrow(
      new ConfigError(
        [
          "Bad configuration:",
          "NAME is required",
          'PORT must be a whole number from 0 to 65535, not "80.5"',
          'DEBUG must be true or false, not "maybe"',
          'LEVEL must be one of info, warn, not "loud"',
          "BOTH and BOTH_FILE are both set; set one",
          `LOST_FILE names a file that cannot be read, ${join(directory, "lost")}: ENOENT`,
          `EMPTY_FILE names an empty file, ${empty}`,
        ].join("\n  "),
      ),
    );
  });

  it("does not repeat a malformed URL, which may hold a password", () => {
    const env = new EnvReader({ DATABASE_URL: "mysql://user:hunter2@host/db" });
    env.url("DATABASE_URL", POSTGRES);

    expect(() => env.assertValid()).toThrow(
      "Bad configuration:\n  DATABASE_URL must be a URL that starts with postgresql: or postgres:",
    );
  });
});
