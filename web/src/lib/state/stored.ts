/** Reads a setting of this browser. Undefined when it was never set or storage is switched off. */
export function readStored(key: string): string | undefined {
  try {
    return window.localStorage.getItem(`portfolio.${key}`) ?? undefined;
  } catch {
    return;
  }
}

/** Keeps a setting in this browser. Without storage it lasts until the page is left. */
export function writeStored(key: string, value: string): void {
  try {
    window.localStorage.setItem(`portfolio.${key}`, value);
  } catch {
    // Nothing to do: the setting still holds in memory.
  }
}
