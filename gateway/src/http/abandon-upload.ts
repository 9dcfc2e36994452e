import { constants } from "node:http2";
import type { HttpRequest, HttpResponse } from "./messages.ts";

/** Milliseconds for which a client may go on sending after it has been answered. */
const ABANDONED_UPLOAD_MS = 5000;

/**
 * Throws away what a client still sends after it has been answered, for a while.
 *
 * Over HTTP/2, Node resets the stream once the answer is out. Doing so here and now would seem
 * better, but `stream.close(NGHTTP2_NO_ERROR)` on an unread request sends Node 20 into an
 * endless loop, in which it takes all memory.
 */
export function abandonUpload(request: HttpRequest, response: HttpResponse): void {
  if (request.complete) {
    return;
  }
  request.resume();
  if ("stream" in response) {
    const { stream } = response;
    const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), ABANDONED_UPLOAD_MS);
    stream.once("close", () => clearTimeout(timer));
  }
}
