import { describe, expect, it } from "vitest";
import { nextTime } from "./schedule.ts";

const NEW_YORK = "America/New_York";

describe("nextTime", () => {
  it.each([
    [
      "the evening of a weekday",
      "30 18 * * 1-5",
      "UTC",
      "2024-06-07T18:30:00Z",
      "2024-06-10T18:30",
    ],
    [
      "in summer in New York",
      "30 18 * * 1-5",
      NEW_YORK,
      "2024-06-06T23:00:00Z",
      "2024-06-07T22:30",
    ],
    [
      "in winter in New York",
      "30 18 * * 1-5",
      NEW_YORK,
      "2024-12-05T23:00:00Z",
      "2024-12-05T23:30",
    ],
    ["a leap day", "0 0 29 2 *", "UTC", "2024-03-01T00:00:00Z", "2028-02-29T00:00"],
    [
      "right after the clock leaps over it",
      "30 2 * * *",
      NEW_YORK,
      "2024-03-10T06:00:00Z",
      "2024-03-10T07:",
    ],
    ["the day after the leap", "30 2 * * *", NEW_YORK, "2024-03-10T08:00:00Z", "2024-03-11T06:30"],
    [
      "first, when the clock repeats it",
      "30 1 * * *",
      NEW_YORK,
      "2024-11-03T04:00:00Z",
      "2024-11-03T05:30",
    ],
    [
      "not again, when the clock repeats it",
      "30 1 * * *",
      NEW_YORK,
      "2024-11-03T05:30:00Z",
      "2024-11-04T06:30",
    ],
  ])("finds %s", (_, cron, timeZone, after, expected) => {
    expect(nextTime({ cron, timeZone }, after)).toMatch(new RegExp(`^${expected}`, "u"));
  });

  it("finds nothing where no time ever comes", () => {
    const never = { cron: "0 0 30 2 *", timeZone: "UTC" };
    expect(nextTime(never, "2024-01-01T00:00:00Z")).toBeUndefined();
  });

  it.each([
    ["a field too few", "* * * *", "UTC", "CRON_INVALID"],
    ["seconds", "0 0 0 * * *", "UTC", "CRON_INVALID"],
    ["a minute that is none", "61 * * * *", "UTC", "CRON_INVALID"],
    ["a time zone that is none", "0 0 * * *", "Mars/Olympus", "TIME_ZONE_UNKNOWN"],
  ])("refuses %s", (_, cron, timeZone, reason) => {
    const ask = () => nextTime({ cron, timeZone }, "2024-01-01T00:00:00Z");
    expect(ask).toThrow(expect.objectContaining({ reason }));
  });
});
