// @vitest-environment node
import { describe, expect, it } from "vitest";
import { nearestPosition, positionAtX } from "./nearest-position.ts";

// A right angle: straight up from (0, 100) to (0, 0), then right to (100, 0).
const corner = {
  positions: Float64Array.of(0, 0.5, 1),
  x: Float64Array.of(0, 0, 100),
  y: Float64Array.of(100, 0, 0),
};

describe("nearestPosition", () => {
  it("projects a point onto the nearest segment", () => {
    expect(nearestPosition(corner, 10, 60)).toEqual({ position: 0.2, distance: 10 });
    expect(nearestPosition(corner, 75, 5)).toEqual({ position: 0.875, distance: 5 });
  });

  it("stops at the ends of the curve", () => {
    expect(nearestPosition(corner, -30, 140)).toEqual({ position: 0, distance: 50 });
    expect(nearestPosition(corner, 130, -40)).toEqual({ position: 1, distance: 50 });
  });

  it("serves a curve of one point", () => {
    const dot = { positions: Float64Array.of(0), x: Float64Array.of(3), y: Float64Array.of(4) };

    expect(nearestPosition(dot, 0, 0)).toEqual({ position: 0, distance: 5 });
  });
});

describe("positionAtX", () => {
  it("reads the position at a horizontal place", () => {
    const line = {
      positions: Float64Array.of(0, 0.2, 1),
      x: Float64Array.of(10, 20, 30),
      y: Float64Array.of(0, 0, 0),
    };

    expect(positionAtX(line, 15)).toBeCloseTo(0.1, 12);
    expect(positionAtX(line, 25)).toBeCloseTo(0.6, 12);
    expect(positionAtX(line, -5)).toBe(0);
    expect(positionAtX(line, 99)).toBe(1);
  });
});
