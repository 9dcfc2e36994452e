import { negotiateEncoding } from "../http/content-encoding.ts";
import {
  type HttpRequest,
  type HttpResponse,
  headerOf,
  pathOf,
  type ResponseHeaders,
  sendResponse,
} from "../http/messages.ts";
import type { StaticFile, StaticFiles } from "./static-files.ts";

/**
 * What the page may do: load from this origin only, and run no script that was not a file of it.
 * The exception for `style` attributes is for the positions and sizes that charts compute.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const SECURITY_HEADERS: ResponseHeaders = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

/** File names that the build gives a hash of their content, so that they never change. */
const HASHED_PATH = /^\/assets\/.*-[\w-]{8,}\.\w+$/;

const MISSING_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Portfolio Optimizer</title>
<h1>The web page has not been built</h1>
<p>The API works: see <code>/readyz</code>. To build the page, run <code>npm run build --workspace web</code>
and start again.</p>
</html>
`;

/**
 * Serves the web page: its files, and `index.html` for every other path that a browser opens,
 * because the page has its own routes.
 *
 * @param files - Undefined when the page has not been built: then says how to build it.
 */
export function serveWebPage(
  files: StaticFiles | undefined,
  request: HttpRequest,
  response: HttpResponse,
): void {
  if (request.method !== "GET" && request.method !== "HEAD") {
    sendText(request, response, { status: 405, text: "method not allowed\n", allow: "GET, HEAD" });
    return;
  }
  const path = decodePath(pathOf(request));
  const file = files?.get(path === "/" ? "/index.html" : path);
  if (file !== undefined) {
    sendFile(file, HASHED_PATH.test(path), request, response);
    return;
  }
  const opensPage =
    !path.startsWith("/assets/") && (headerOf(request, "accept") ?? "").includes("text/html");
  const index = files?.get("/index.html");
  if (!opensPage) {
    sendText(request, response, { status: 404, text: "not found\n" });
  } else if (index !== undefined) {
    sendFile(index, false, request, response);
  } else {
    const headers = { ...SECURITY_HEADERS, "content-type": "text/html; charset=utf-8" };
    sendResponse(request, response, { status: 503, headers, body: MISSING_PAGE });
  }
}

function sendFile(
  file: StaticFile,
  isHashed: boolean,
  request: HttpRequest,
  response: HttpResponse,
): void {
  const accepted = headerOf(request, "accept-encoding");
  const encoding = negotiateEncoding(accepted, [...file.packed.keys()]);
  const packed = encoding === undefined ? undefined : file.packed.get(encoding);
  const headers: ResponseHeaders = {
    ...SECURITY_HEADERS,
    "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    // Weak: the same tag stands for the plain and the compressed bytes.
    etag: `W/${file.etag}`,
    vary: "accept-encoding",
  };
  if (matches(headerOf(request, "if-none-match"), file.etag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  headers["content-type"] = file.contentType;
  if (packed !== undefined && encoding !== undefined) {
    headers["content-encoding"] = encoding;
  }
  sendResponse(request, response, { status: 200, headers, body: packed ?? file.content });
}

/** @see RFC 9110, section 13.1.2: the comparison is weak. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

function sendText(
  request: HttpRequest,
  response: HttpResponse,
  answer: { status: number; text: string; allow?: string },
): void {
  const headers = {
    ...SECURITY_HEADERS,
    "content-type": "text/plain; charset=utf-8",
    ...(answer.allow === undefined ? {} : { allow: answer.allow }),
  };
  sendResponse(request, response, { status: answer.status, headers, body: answer.text });
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
