import { describe, expect, it } from "vitest";
import { historyNotices, limitText } from "./history.ts";

const DATES = ["2020-01-06", "2020-01-07", "2020-01-08"];

function dropped(symbol: string, startDate: string, endDate: string, droppedCount: number) {
  return { symbol, startDate, endDate, droppedCount };
}

describe("historyNotices", () => {
  it("has nothing to say when no day is left out", () => {
    expect(historyNotices({ symbols: ["A", "B"], dates: DATES, dropped: [] })).toEqual([]);
  });

  it("names the asset that starts last and the one that ends first", () => {
    // LATE and EARLY meet for three days; OLD has all days, LATE and EARLY each a part of them.
    const notices = historyNotices({
      symbols: ["OLD", "LATE", "EARLY"],
      dates: DATES,
      dropped: [
        dropped("OLD", "2020-01-01", "2020-01-10", 7),
        dropped("LATE", "2020-01-06", "2020-01-10", 2),
        dropped("EARLY", "2020-01-01", "2020-01-08", 5),
      ],
    });

    expect(notices[0]?.description).toBe(
      "LATE has prices only from 2020-01-06. EARLY has prices only to 2020-01-08. Only the 3 days " +
        "that all assets share are used, from 2020-01-06 to 2020-01-08; up to 7 days of OLD, LATE, " +
        "EARLY are left out.",
    );
  });
});

describe("limitText", () => {
  it("blames gaps when all assets start and end together", () => {
    const history = {
      symbols: ["A", "B"],
      dates: DATES,
      dropped: [
        dropped("A", "2020-01-06", "2020-01-08", 1),
        dropped("B", "2020-01-06", "2020-01-08", 1),
      ],
    };

    expect(limitText(history)).toBe("The assets miss different days.");
  });
});
