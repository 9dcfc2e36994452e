import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { mockRoutes } from "./mock-routes.ts";

// Serves web/dist and a system in memory on one port, as the gateway does:
//   npm run build --workspace web && npx tsx --conditions=source web/test/mock/server.ts [port]

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self'; style-src-attr 'unsafe-inline'; object-src 'none'";

const handleCall = connectNodeAdapter({ routes: mockRoutes() });

async function serveFile(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const name = extname(pathname) === "" ? "index.html" : normalize(pathname);
  response.setHeader("content-security-policy", CONTENT_SECURITY_POLICY);
  try {
    const content = await readFile(join(DIST, name));
    response.setHeader("content-type", TYPES[extname(name)] ?? "application/octet-stream");
    response.end(content);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}

const server = createServer((request, response) => {
  if (request.url?.startsWith("/portfolio.")) {
    handleCall(request, response);
  } else {
    void serveFile(request, response);
  }
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1");
