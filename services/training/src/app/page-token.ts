import { AppError } from "@portfolio/platform/app-error";

// A token is opaque to callers: base64url of a version and where the page before has ended.
const TOKEN_VERSION = "1:";

/** What ends a page, by the list that it belongs to. */
const PATTERNS = {
  models: /^[a-z][a-z0-9-]{0,62}$/u,
  ids: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u,
  versions: /^[1-9]\d{0,9}$/u,
  dates: /^\d{4}-\d\d-\d\d$/u,
  times: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/u,
} as const;

/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * Cuts a page out of what was found.
 *
 * @param found - One item more than `size` where there is another page.
 * @param endOf - What the next page begins after.
 */
export function pageOf<Item>(
  found: readonly Item[],
  size: number,
  endOf: (item: Item) => string | number,
): Page<Item> {
  const items = found.slice(0, size);
  const last = items.at(-1);
  const hasMore = found.length > size && last !== undefined;
  const token = hasMore ? Buffer.from(`${TOKEN_VERSION}${endOf(last)}`).toString("base64url") : "";
  return { items, nextPageToken: token };
}

/**
 * Reads what a page begins after; undefined for the first page.
 *
 * @throws {AppError} `PAGE_TOKEN_INVALID`: the token is not from this list.
 */
export function readPageToken(list: keyof typeof PATTERNS, token: string): string | undefined {
  if (token === "") {
    return undefined;
  }
  const text = Buffer.from(token, "base64url").toString();
  const end = text.slice(TOKEN_VERSION.length);
  if (!(text.startsWith(TOKEN_VERSION) && PATTERNS[list].test(end))) {
    const description = "pass the next_page_token of a page as it is, or nothing";
    throw new AppError("invalid-argument", "PAGE_TOKEN_INVALID", `page_token: ${description}`, {
      violations: [{ field: "page_token", description }],
    });
  }
  return end;
}
