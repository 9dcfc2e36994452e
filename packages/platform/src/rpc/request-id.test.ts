import { describe, expect, it } from "vitest";
import { acceptRequestId, newRequestId } from "./request-id.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("newRequestId", () => {
  it("makes a UUIDv7 of the present", () => {
    const before = Date.now();

    const id = newRequestId();

    const timeMs = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
    expect(id).toMatch(UUID_V7);
    expect(timeMs).toBeGreaterThanOrEqual(before);
    expect(timeMs).toBeLessThanOrEqual(Date.now());
  });

  it("makes no id twice, also past the end of its random bytes", () => {
    const ids = new Set(Array.from({ length: 5000 }, newRequestId));

    expect(ids.size).toBe(5000);
  });
});

describe("acceptRequestId", () => {
  it.each([
    "018f2f0c-3b1e-7f6a-9c55-0a1b2c3d4e5f",
    "7D9F2F0C-3B1E-4F6A-9C55-0A1B2C3D4E5F",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  ])("keeps %s", (id) => {
    expect(acceptRequestId(id)).toBe(id);
  });

  it.each([
    null,
    "",
    "1",
    "018f2f0c-3b1e-7f6a-9c55-0a1b2c3d4e5f ",
    "018f2f0c3b1e7f6a9c550a1b2c3d4e5f",
    "81ARZ3NDEKTSV4RRFFQ69G5FAV",
    "x\r\nset-cookie: a=b",
  ])("replaces %j", (offered) => {
    expect(acceptRequestId(offered)).toMatch(UUID_V7);
  });
});
