// @vitest-environment node
import { describe, expect, it } from "vitest";
import { expirationsText, readExpirations } from "./expirations.ts";

describe("readExpirations", () => {
  it("reads days by symbol as they are typed, and as it writes them", () => {
    const expirations = readExpirations("ko 2027-05-01; BRK-B: 2028-02-29,");

    expect(expirations).toEqual({ KO: "2027-05-01", "BRK-B": "2028-02-29" });
    expect(readExpirations(expirationsText(expirations ?? {}))).toEqual(expirations);
    expect(readExpirations(" ")).toEqual({});
  });

  it.each([
    "KO",
    "2027-05-01",
    "KO 1.5.2027",
    "KO 2027-02-29",
    "KO 2027-13-01",
    "KO PEP 2027-05-01",
  ])("refuses %s", (text) => {
    expect(readExpirations(`WMT 2027-05-01, ${text}`)).toBeUndefined();
  });
});
