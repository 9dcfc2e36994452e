/**
 * How answers are written as JSON: with zeros, empty texts and empty lists, so that a script that
 * reads `weight` finds it where it is 0.
 */
export const JSON_WRITE_OPTIONS = { alwaysEmitImplicit: true } as const;
