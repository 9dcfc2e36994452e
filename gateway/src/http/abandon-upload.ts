import { constants } from "node:http2";
import type { HttpRequest, HttpResponse } from "./messages.ts";

/** Milliseconds for which a client may go on sending after it has been answered. */
const ABANDONED_UPLOAD_MS = 3000;

/**
 * Throws away what a client still sends after it has been answered, for a while.
 *
 * A connection that closed at once would be reset under a client that is still writing, which
 * then fails before it reads the answer.
 *
 * Over HTTP/2, Node resets the stream once the answer is out. Doing so here and now would seem
 * better, but `stream.close(NGHTTP2_NO_ERROR)` on an unread request sends Node 20 into an
 * endless loop, in which it takes all memory.
 */
export function abandonUpload(request: HttpRequest, response: HttpResponse): void {
  if (request.complete || request.destroyed) {
    return;
  }
  request.resume();
  const giveUp = () => {
    if ("stream" in response) {
      response.stream.close(constants.NGHTTP2_CANCEL);
    } else {
      request.socket.destroy();
    }
  };
  const timer = setTimeout(giveUp, ABANDONED_UPLOAD_MS);
  request.once("end", () => clearTimeout(timer));
  request.once("close", () => clearTimeout(timer));
  request.socket.once("close", () => clearTimeout(timer));
}
