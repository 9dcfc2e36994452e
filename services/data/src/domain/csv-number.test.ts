import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumberReader } from "./csv-number.ts";

describe("NumberReader", () => {
  it.each([
    ["1", 1],
    ["0.264", 0.264],
    [".5", 0.5],
    ["5.", 5],
    ["+2", 2],
    ["-2.5", -2.5],
    ["1e3", 1000],
    ["1.5E-2", 0.015],
  ])("reads %j", (text, value) => {
    expect(new NumberReader(",").read(text)).toBe(value);
  });

  it.each([
    "",
    " 1",
    "1 ",
    "abc",
    "NaN",
    "inf",
    "Infinity",
    "0x10",
    "1_000",
    "$5",
    "5%",
    "--1",
    "1,5",
  ])("does not take %j", (text) => {
    expect(new NumberReader(",").read(text)).toMatch(/is not a number/);
  });

  it.each(["1,234.56", "1.234.567", "1 234,5", "1'234.5"])("names the separators of %j", (text) => {
    expect(new NumberReader(";").read(text)).toMatch(/thousands separators/);
  });

  it("does not take a number beyond the range of doubles", () => {
    expect(new NumberReader(",").read("1e999")).toBe("is too large");
  });

  it("reads decimal commas where cells are separated otherwise", () => {
    const numbers = new NumberReader(";");

    expect(numbers.read("1234,56")).toBe(1234.56);
    expect(numbers.read("7")).toBe(7);
    expect(numbers.read("1.234")).toMatch(/where the file has decimal commas/);
  });

  it("keeps to decimal points once it has seen one", () => {
    const numbers = new NumberReader(";");

    expect(numbers.read("1.5")).toBe(1.5);
    expect(numbers.read("1,5")).toMatch(/where the file has decimal points/);
  });

  it("reads every finite double that JavaScript writes, to the bit", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        // "-0" is written as "0".
        expect(new NumberReader(",").read(String(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
