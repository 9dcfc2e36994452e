import { describe, expect, it } from "vitest";
import { parseIsoDate } from "./calendar-day.ts";
import { DateColumn, type DateOrder } from "./csv-date.ts";

function read(texts: readonly string[], order?: DateOrder) {
  const column = new DateColumn();
  const indexes = texts.map((text) => column.add(text));
  const days = column.days(order);
  return indexes.map((index) => days[index]);
}

const day = parseIsoDate;

describe("DateColumn", () => {
  it.each([
    "2024-01-31",
    "2024-1-31",
    "2024-01-31 00:00:00",
    "2024-01-31T00:00:00.000Z",
    "2024-01-31 00:00:00-05:00",
    "31/01/2024",
    "31.1.2024",
    "31-01-2024",
  ])("reads %s", (text) => {
    expect(read([text])).toEqual([day("2024-01-31")]);
  });

  it.each([
    "2024-02-30",
    "31/02/2024",
    "1/2/24",
    "01/31-2024",
    "Jan 31 2024",
    "2024-01-31 15:30",
    "",
  ])("does not take %j", (text) => {
    expect(read([text])).toEqual([undefined]);
  });

  it("reads day first where nothing says otherwise", () => {
    expect(read(["01/02/2024"])).toEqual([day("2024-02-01")]);
  });

  it("reads month first where some second number is over 12", () => {
    expect(read(["01/02/2024", "01/31/2024"])).toEqual([day("2024-01-02"), day("2024-01-31")]);
  });

  it("reads day first where both orders occur, and refuses the other dates", () => {
    expect(read(["31/01/2024", "01/31/2024"])).toEqual([day("2024-01-31"), undefined]);
  });

  it("does what the caller says", () => {
    expect(read(["01/02/2024", "31/01/2024"], "month-first")).toEqual([
      day("2024-01-02"),
      undefined,
    ]);
  });

  it("gives equal texts the same index", () => {
    expect(read(["2024-01-31", "2024-01-30", "2024-01-31"])).toEqual([
      day("2024-01-31"),
      day("2024-01-30"),
      day("2024-01-31"),
    ]);
  });
});
