const STEP = 0.01;
const PAGE = 0.1;

/**
 * Says where a key moves the handle, after the ARIA slider pattern: arrows by 1 % of the frontier,
 * Page keys by 10 %, Home and End to its ends.
 *
 * @param position - In [0, 1].
 * @returns The new position, or undefined for any other key.
 */
export function positionAfterKey(position: number, key: string): number | undefined {
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(1, position + STEP);
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, position - STEP);
    case "PageUp":
      return Math.min(1, position + PAGE);
    case "PageDown":
      return Math.max(0, position - PAGE);
    case "Home":
      return 0;
    case "End":
      return 1;
    default:
      return undefined;
  }
}
