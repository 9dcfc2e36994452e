import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { abandonUpload } from "../src/http/abandon-upload.ts";

describe("abandonUpload", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("does not wait for a client that has left, which would delay the end of the process", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    client.write("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf");
    const [request, response] = await once(server, "request");
    // Node says there that the client left.
    request.on("error", () => undefined);
    const left = new Promise((resolve) => request.once("close", resolve));
    client.destroy();
    await left;
    const waited = vi.spyOn(globalThis, "setTimeout");

    abandonUpload(request, response);

    expect(waited).not.toHaveBeenCalled();
    server.close();
  });
});
