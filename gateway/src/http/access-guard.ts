import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@portfolio/platform/app-error";
import { ConfigError } from "@portfolio/platform/env-reader";
import { authorityOf, type HttpRequest, headerOf } from "./messages.ts";

/** Characters that an API key must have at least: 128 bits in hexadecimal are 32. */
const API_KEY_LENGTH_MIN = 32;

/** Decides whether a request may be served at all. */
export interface AccessGuard {
  /** @throws {AppError} `HOST_FORBIDDEN`, `ORIGIN_FORBIDDEN`: another site may be behind it. */
  checkSite(request: HttpRequest): void;
  /** @throws {AppError} `API_KEY_MISSING`, `API_KEY_INVALID`. Passes when no keys are set. */
  checkKey(request: HttpRequest): void;
}

/**
 * Makes the guard of a gateway that is bound to the given host.
 *
 * On a loopback address anyone who reaches the port may call, so the request must also name
 * a loopback host: a page of another site that has its own name resolve to 127.0.0.1 (DNS
 * rebinding) cannot. On any other address, callers must hold a key.
 *
 * @param allowedHosts - Names, without port, under which it may be called besides loopback ones.
 * @throws {ConfigError} The host is not a loopback address and there are no keys, or a key is
 *   too short.
 */
export function createAccessGuard(options: {
  host: string;
  allowedHosts: readonly string[];
  apiKeys: readonly string[];
}): AccessGuard {
  const { host, apiKeys } = options;
  if (!isLoopback(host) && apiKeys.length === 0) {
    throw new ConfigError(
      `HOST is ${host}, which other machines can reach, and there are no credentials.\n` +
        "  Set API_KEYS to one or more secrets, separated by commas (openssl rand -hex 32 makes\n" +
        "  one), or set HOST=127.0.0.1.",
    );
  }
  if (apiKeys.some((key) => key.length < API_KEY_LENGTH_MIN)) {
    throw new ConfigError(`Each of API_KEYS must have at least ${API_KEY_LENGTH_MIN} characters.`);
  }
  const digests = apiKeys.map(digestOf);
  const allowedHosts = new Set(options.allowedHosts.map((name) => name.toLowerCase()));
  const checksHost = isLoopback(host);
  return {
    checkSite: (request) => {
      if (checksHost) {
        checkHost(request, allowedHosts);
      }
      checkOrigin(request);
    },
    checkKey: (request) => {
      if (digests.length > 0) {
        checkBearer(headerOf(request, "authorization"), digests);
      }
    },
  };
}

/** Whether only this machine can reach a host. */
export function isLoopback(host: string): boolean {
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host === "::1" ||
    host === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
  );
}

function checkHost(request: HttpRequest, allowedHosts: ReadonlySet<string>): void {
  const authority = authorityOf(request) ?? "";
  const host = hostOf(authority);
  if (!isLoopback(host) && !allowedHosts.has(host)) {
    const message = `This gateway is not ${authority}. Call it by 127.0.0.1, or set ALLOWED_HOSTS.`;
    throw new AppError("permission-denied", "HOST_FORBIDDEN", message);
  }
}

/** Browsers say which page a request comes from; nobody else sends these headers. */
function checkOrigin(request: HttpRequest): void {
  const origin = headerOf(request, "origin");
  const fetchSite = headerOf(request, "sec-fetch-site") ?? "none";
  const authority = authorityOf(request)?.toLowerCase();
  const isSameOrigin =
    origin === undefined || origin === `http://${authority}` || origin === `https://${authority}`;
  if (!isSameOrigin || (fetchSite !== "none" && fetchSite !== "same-origin")) {
    const message = `Pages of ${origin ?? "another site"} may not call this gateway.`;
    throw new AppError("permission-denied", "ORIGIN_FORBIDDEN", message);
  }
}

/** Returns the host in an authority such as `localhost:8080` or `[::1]:8080`, in lower case. */
function hostOf(authority: string): string {
  return authority.replace(/:\d*$/, "").toLowerCase();
}

function checkBearer(authorization: string | undefined, digests: readonly Buffer[]): void {
  const key = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  if (key === undefined) {
    const message = "Send an API key in the header `Authorization: Bearer <key>`.";
    throw new AppError("unauthenticated", "API_KEY_MISSING", message);
  }
  const digest = digestOf(key);
  // Every digest is compared, whichever fits, so that time tells nothing.
  const matchCount = digests.filter((known) => timingSafeEqual(known, digest)).length;
  if (matchCount === 0) {
    throw new AppError("unauthenticated", "API_KEY_INVALID", "The API key is not known here.");
  }
}

function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
