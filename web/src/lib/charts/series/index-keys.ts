const PAGE = 10;

/**
 * Says where a key moves a cursor over `count` places: arrows by one, Page keys by ten, Home and
 * End to the ends.
 *
 * @returns The new place, or undefined for any other key.
 */
export function indexAfterKey(index: number, count: number, key: string): number | undefined {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowUp: 1,
    ArrowLeft: -1,
    ArrowDown: -1,
    PageUp: PAGE,
    PageDown: -PAGE,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.max(0, Math.min(count - 1, index + step));
}
