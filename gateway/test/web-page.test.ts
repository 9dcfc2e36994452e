import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gateway } from "../src/index.ts";
import { startTestGateway } from "./test-gateway.ts";

const SCRIPT = `console.log(${JSON.stringify("x".repeat(3000))});`;
const SCRIPT_PATH = "/assets/index-Dx3_k9aZ.js";
const HTML = "<!doctype html><title>Portfolio</title>";

let directory: string;
let gateway: Gateway;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gateway-web-"));
  const web = join(directory, "web");
  await mkdir(join(web, "assets"), { recursive: true });
  await writeFile(join(directory, "secret.txt"), "secret");
  await writeFile(join(web, "index.html"), HTML);
  await writeFile(join(web, "favicon.svg"), "<svg/>");
  await writeFile(join(web, SCRIPT_PATH), SCRIPT);
  await writeFile(join(web, `${SCRIPT_PATH}.br`), brotliCompressSync(SCRIPT));
  await writeFile(join(web, `${SCRIPT_PATH}.gz`), gzipSync(SCRIPT));
  await symlink(join(directory, "secret.txt"), join(web, "link.txt"));
  gateway = await startTestGateway({ webDirectory: web });
});
afterAll(async () => {
  await gateway.drain(0);
  await rm(directory, { recursive: true });
});

function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  return fetch(gateway.url + path, { method, headers });
}

/** Asks for a path exactly as it is written: `fetch` would tidy it up. */
function getRaw(path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: gateway.port, path };
    const call = request(options, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, body }));
    });
    call.on("error", reject);
    call.end();
  });
}

describe("the web page", () => {
  it("comes with a policy that lets it load from its own origin only", async () => {
    const response = await get("/");

    expect(await response.text()).toBe(HTML);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    const policy = response.headers.get("content-security-policy")?.split("; ") ?? [];
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(policy.filter((rule) => rule.includes("script-src"))).toEqual([]);
  });

  it("may be kept for a year where the name has a hash of the content", async () => {
    const hashed = await get(SCRIPT_PATH);
    const unhashed = await get("/favicon.svg");

    expect(hashed.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(unhashed.headers.get("cache-control")).toBe("no-cache");
    expect(unhashed.headers.get("content-type")).toBe("image/svg+xml");
  });

  it.each([
    ["br, gzip", "br"],
    ["gzip", "gzip"],
    ["gzip, br;q=0", "gzip"],
    ["identity", null],
  ])("is sent as it was compressed by the build: %s", async (accepted, encoding) => {
    const response = await get(SCRIPT_PATH, { "accept-encoding": accepted });

    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(response.headers.get("vary")).toBe("accept-encoding");
    expect(await response.text()).toBe(SCRIPT);
  });

  it("is not sent again when it has not changed", async () => {
    const etag = (await get("/")).headers.get("etag") ?? "";

    const same = await get("/", { "if-none-match": etag });
    const other = await get("/", { "if-none-match": '"other"' });

    expect(same.status).toBe(304);
    expect(await same.text()).toBe("");
    expect(same.headers.get("etag")).toBe(etag);
    expect(other.status).toBe(200);
  });

  it("answers HEAD with the same headers and no body", async () => {
    const head = await get(SCRIPT_PATH, { "accept-encoding": "identity" }, "HEAD");

    expect(head.headers.get("content-length")).toBe(String(SCRIPT.length));
    expect(await head.text()).toBe("");
  });

  it("opens at every route of its own", async () => {
    const response = await get("/optimize?symbols=AAPL", { accept: "text/html,*/*" });

    expect(response.status).toBe(200);
    expect(await response.text()).toBe(HTML);
  });

  it.each([
    ["/optimize", "application/json"],
    ["/assets/index-missing1.js", "text/html"],
  ])("is not what %s with accept: %s asks for", async (path, accept) => {
    expect((await get(path, { accept })).status).toBe(404);
  });

  it("is never sent in place of an RPC", async () => {
    const response = await get("/portfolio.data.v1.Unknown/Method", { accept: "text/html" });

    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/json");
  });

  it.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%5c..%5csecret.txt",
    "//secret.txt",
    "/link.txt",
    "/%00",
    "/%zz",
  ])("has no way out of its directory: %s", async (path) => {
    const { status, body } = await getRaw(path);

    expect(status).toBe(404);
    expect(body).not.toContain("secret");
  });

  it("refuses to be written", async () => {
    const response = await get("/index.html", {}, "DELETE");

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });
});

describe("a web page that has not been built", () => {
  it("says how to build it", async () => {
    const bare = await startTestGateway({ webDirectory: join(directory, "missing") });

    const response = await fetch(bare.url, { headers: { accept: "text/html" } });

    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm run build");
    await bare.drain(0);
  });
});
