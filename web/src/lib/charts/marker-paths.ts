/** Shapes that mean one thing on every chart. */
export type MarkerShape = "diamond" | "triangle" | "square" | "ring" | "cross" | "dot" | "swatch";

/** SVG path of a shape, centered on 0, 0 and about 12 px wide. */
export const markerPaths: Readonly<Record<MarkerShape, string>> = {
  diamond: "M0,-7L7,0L0,7L-7,0Z",
  triangle: "M0,-6.5L6.5,5.5L-6.5,5.5Z",
  square: "M-5,-5H5V5H-5Z",
  ring: "M-6,0a6,6 0 1,0 12,0a6,6 0 1,0 -12,0Z",
  cross: "M-4,-4L4,4M-4,4L4,-4",
  dot: "M-6,0a6,6 0 1,0 12,0a6,6 0 1,0 -12,0Z",
  swatch: "M-3,-5H3A2,2 0 0 1 5,-3V3A2,2 0 0 1 3,5H-3A2,2 0 0 1 -5,3V-3A2,2 0 0 1 -3,-5Z",
};
