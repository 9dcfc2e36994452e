import { AppError } from "@portfolio/platform/app-error";
import type { VersionName } from "../../app/find-version.ts";
import type { AliasName } from "../../domain/model-version.ts";

/** A version as the contract names it. */
export type VersionMessage =
  | { readonly case: "number"; readonly value: number }
  | { readonly case: "alias"; readonly value: string }
  | { readonly case: undefined; readonly value?: undefined };

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/u;

/**
 * Reads which version is meant.
 *
 * @param atTime - RFC 3339; empty means now.
 * @throws {AppError} `TIME_INVALID`.
 */
export function readVersionName(version: VersionMessage, atTime: string): VersionName {
  if (atTime !== "" && !(TIME.test(atTime) && Number.isFinite(Date.parse(atTime)))) {
    const description = `${atTime} is no time of RFC 3339, such as 2024-01-02T03:04:05Z`;
    throw new AppError("invalid-argument", "TIME_INVALID", `at_time: ${description}`, {
      violations: [{ field: "at_time", description }],
    });
  }
  return version.case === "alias"
    ? { kind: "alias", alias: readAliasName(version.value), atTime }
    : { kind: "number", number: version.value ?? 0 };
}

/** Reads an alias, of which the contract knows no others. */
export function readAliasName(alias: string): AliasName {
  return alias as AliasName;
}
