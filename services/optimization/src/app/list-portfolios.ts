import { AppError } from "@portfolio/platform/app-error";
import { isUuid } from "../domain/uuid.ts";
import type { PortfolioStore, SavedPortfolio } from "../ports.ts";

/** What listing works with. */
export interface ListDeps {
  readonly portfolios: PortfolioStore;
}

/** A page of saved portfolios. */
export interface PortfolioPage {
  /** Newest first. */
  readonly portfolios: readonly SavedPortfolio[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * Lists saved portfolios, newest first.
 *
 * @param pageToken - `nextPageToken` of the page before, or empty.
 * @throws {AppError} `PAGE_TOKEN_INVALID`.
 */
export async function listPortfolios(
  { portfolios }: ListDeps,
  pageSize: number,
  pageToken: string,
): Promise<PortfolioPage> {
  const beforeId = pageToken === "" ? undefined : readPageToken(pageToken);
  const found = await portfolios.list(pageSize + 1, beforeId);
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  const hasMore = found.length > pageSize && last !== undefined;
  return { portfolios: page, nextPageToken: hasMore ? writePageToken(last.id) : "" };
}

// A token is opaque to callers: base64url of a version and the last identifier of the page.
const TOKEN_VERSION = "1:";

function writePageToken(lastId: string): string {
  return Buffer.from(TOKEN_VERSION + lastId).toString("base64url");
}

function readPageToken(token: string): string {
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
