/** How long and how much one connection may ask of the gateway. */
export interface ConnectionLimits {
  /** Milliseconds in which a new connection must show its protocol. */
  readonly firstBytesTimeoutMs: number;
  /** Milliseconds in which the headers of an HTTP/1.1 request must arrive. */
  readonly headersTimeoutMs: number;
  /** Milliseconds in which a whole HTTP/1.1 request must arrive. */
  readonly requestTimeoutMs: number;
  /** Milliseconds for which an idle HTTP/1.1 connection stays open. */
  readonly keepAliveTimeoutMs: number;
  /** Milliseconds for which an idle HTTP/2 connection stays open. */
  readonly sessionIdleTimeoutMs: number;
  /** Streams that one HTTP/2 connection may have open. */
  readonly maxConcurrentStreams: number;
  /** Streams that one HTTP/2 client may reset in a second: more is CVE-2023-44487. */
  readonly maxResetsPerSecond: number;
  /** Connections that may be open at once. */
  readonly maxConnections: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  firstBytesTimeoutMs: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
  sessionIdleTimeoutMs: 300_000,
  maxConcurrentStreams: 100,
  maxResetsPerSecond: 200,
  maxConnections: 4096,
};

/** Bytes that the headers of one request may take. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** Bytes that one request message may take, both compressed and not, unless its method says otherwise. */
export const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/** Milliseconds in which the body of one unary request must arrive. */
export const BODY_TIMEOUT_MS = 60_000;

/** Milliseconds that a unary call gets at most. The services have defaults below it. */
export const MAX_TIMEOUT_MS = 300_000;

/** Milliseconds that a stream gets at most. */
export const MAX_STREAM_TIMEOUT_MS = 3_600_000;

/** Bytes from which compressing an answer is worth its CPU time. */
export const COMPRESS_MIN_BYTES = 1024;
