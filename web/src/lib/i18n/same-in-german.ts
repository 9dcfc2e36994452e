export const SAME_IN_GERMAN: ReadonlySet<string> = new Set([]);
