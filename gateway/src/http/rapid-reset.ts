import { constants, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";

const WINDOW_MS = 1000;

/**
 * Closes a connection whose client opens streams only to reset them (CVE-2023-44487).
 *
 * A reset stream no longer counts against the limit of concurrent streams, yet its request
 * has been started: without a bound on resets, one connection can start any number.
 *
 * @param maxResetsPerSecond - Resets by the client within one second that are still accepted.
 * @param onExceeded - Called once, when the connection is closed for it.
 */
export function guardAgainstRapidReset(
  session: ServerHttp2Session,
  maxResetsPerSecond: number,
  onExceeded: () => void,
): void {
  let windowStart = performance.now();
  let resetCount = 0;
  session.on("stream", (stream: ServerHttp2Stream) => {
    stream.once("close", () => {
      if (stream.rstCode !== constants.NGHTTP2_CANCEL || session.destroyed) {
        return;
      }
      const now = performance.now();
      if (now - windowStart > WINDOW_MS) {
        windowStart = now;
        resetCount = 0;
      }
      resetCount += 1;
      if (resetCount > maxResetsPerSecond) {
        onExceeded();
        session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
        session.destroy();
      }
    });
  });
}
