import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CsvReader, type CsvRecord } from "./csv-reader.ts";

function read(text: string, { delimiter = ",", pieceLength = text.length || 1 } = {}): CsvRecord[] {
  const reader = new CsvReader(delimiter);
  const records: CsvRecord[] = [];
  for (let from = 0; from < text.length; from += pieceLength) {
    records.push(...reader.push(text.slice(from, from + pieceLength)));
  }
  return [...records, ...reader.end()];
}

describe("CsvReader", () => {
  it("counts lines, also of blank ones and within quotes", () => {
    const text = 'a,b\r\n\r\n1,"x\ny"\n\n2,3';

    expect(read(text)).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 3, cells: ["1", "x\ny"] },
      { line: 6, cells: ["2", "3"] },
    ]);
  });

  it.each([
    ['"a,b",c\n', ["a,b", "c"]],
    ['"say ""hi""",c\n', ['say "hi"', "c"]],
    ['"",c\n', ["", "c"]],
    ['a,"b"\r\n', ["a", "b"]],
    ['a, "b" ,c\n', ["a", "b", "c"]],
    ['a"b,c\n', ['a"b', "c"]],
    ['"a"b,c\n', ["ab", "c"]],
    ['a,"b"', ["a", "b"]],
    ["a,,\n", ["a", "", ""]],
    [',"",\n', ["", "", ""]],
  ])("splits %j", (text, cells) => {
    expect(read(text)).toEqual([{ line: 1, cells }]);
  });

  it("says where a quote opens that is not closed", () => {
    const reader = new CsvReader(",");

    const records = [...reader.push('a,b\n1,2\n3,"4\n5,6\n'), ...reader.end()];

    expect(records).toHaveLength(2);
    expect(reader.unclosedLine).toBe(3);
  });

  it("gives up on a quote that is open for over a megabyte", () => {
    const reader = new CsvReader(",");

    const opened = reader.push('"a,b\n');
    const records = Array.from({ length: 40 }, () => reader.push("a,b\n".repeat(10_001)));

    expect([...opened, ...records.flat()]).toEqual([]);
    expect(reader.unclosedLine).toBe(1);
  });

  it("reads back what a writer quotes, however the file is cut into pieces", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", "\n", "\r\n", " ", "é") });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), (rows, pieceLength) => {
        const quoted = rows.map((cells) =>
          cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(";"),
        );

        const records = read(`${quoted.join("\r\n")}\r\n`, { delimiter: ";", pieceLength });

        expect(records.map(({ cells }) => cells)).toEqual(rows);
      }),
    );
  });

  it("reads the same whole and in pieces, whatever the text", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r\n", " ") });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (csv, pieceLength) => {
        expect(read(csv, { pieceLength })).toEqual(read(csv));
      }),
    );
  });
});
