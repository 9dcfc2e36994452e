import fc from "fast-check";

/**
 * Properties see the same cases on every run, so that a change is judged by what it changes and not
 * by chance. `PROPERTY_SEED=<number>` explores other cases.
 */
fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 20_221_228) });
