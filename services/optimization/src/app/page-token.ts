import { AppError } from "@portfolio/platform/app-error";
import { isUuid } from "../domain/uuid.ts";

// A token is opaque to callers: base64url of a version and the last identifier of the page.
const TOKEN_VERSION = "1:";

/** Writes the token of the page after an identifier. */
export function writePageToken(lastId: string): string {
  return Buffer.from(TOKEN_VERSION + lastId).toString("base64url");
}

/**
 * Reads the identifier after which a page begins; undefined for the first page.
 *
 * @throws {AppError} `PAGE_TOKEN_INVALID`.
 */
export function readPageToken(token: string): string | undefined {
  if (token === "") {
    return undefined;
  }
  const text = Buffer.from(token, "base64url").toString();
  const lastId = text.slice(TOKEN_VERSION.length);
  if (!(text.startsWith(TOKEN_VERSION) && isUuid(lastId))) {
    const description = "pass the next_page_token of a page as it is, or nothing";
    throw new AppError("invalid-argument", "PAGE_TOKEN_INVALID", `page_token: ${description}`, {
      violations: [{ field: "page_token", description }],
    });
  }
  return lastId;
}
