import { fieldsOf, numberIn, oneOf, type Reader } from "./read-json.ts";

/** Words of the contract's enumerations, each of which counts from 1. */
export const DENOISE_METHODS = ["fixed", "spectral", "shrink"] as const;
export const CORRELATION_THRESHOLDS = ["soft", "hard", "smoothly-clipped"] as const;
export const GERBER_FORMS = ["0", "1", "2"] as const;
export const MISSING_DATA_METHODS = ["pairwise", "expectation-maximization"] as const;
export const SHRINKAGE_TARGETS = ["scaled-identity", "diagonal", "constant-correlation"] as const;

/** Settings of covariance methods. Missing ones are the contract's defaults. */
export interface CovarianceSettings {
  /** How eigenvalues of noise are replaced. */
  readonly denoise?: (typeof DENOISE_METHODS)[number];
  /** Weight that the noise keeps, for `shrink`. */
  readonly alpha?: number;
  /** Number of the largest components to take out. */
  readonly detonedComponents?: number;
  readonly form?: (typeof GERBER_FORMS)[number];
  /** In standard deviations. */
  readonly threshold?: number;
  /** Number of principal components. */
  readonly componentCount?: number;
  /** How small correlations that the components leave are taken out. */
  readonly correlationThreshold?: (typeof CORRELATION_THRESHOLDS)[number];
  /** Multiple of the noise of a correlation that counts as noise. */
  readonly constant?: number;
  readonly penalty?: number;
  /** Share of the days that count. */
  readonly supportFraction?: number;
  readonly halfLifeDays?: number;
  readonly regimeHalfLifeDays?: number;
  /** A fraction per day. */
  readonly benchmarkPerDay?: number;
  readonly missingData?: (typeof MISSING_DATA_METHODS)[number];
  /** Weight of the target of a given shrinkage. */
  readonly intensity?: number;
  readonly target?: (typeof SHRINKAGE_TARGETS)[number];
}

export type SettingName = keyof CovarianceSettings;

const COUNT: Reader<number> = (value) => {
  const count = numberIn(1, 1000)(value);
  return count !== undefined && Number.isInteger(count) ? count : undefined;
};

/** Reads settings of a covariance; undefined when there are none. */
export const readCovarianceSettings = fieldsOf<CovarianceSettings>({
  denoise: oneOf(DENOISE_METHODS),
  alpha: numberIn(1e-9, 1),
  detonedComponents: COUNT,
  form: oneOf(GERBER_FORMS),
  threshold: numberIn(0.01, 10),
  componentCount: COUNT,
  correlationThreshold: oneOf(CORRELATION_THRESHOLDS),
  constant: numberIn(0, 100),
  penalty: numberIn(0, 1),
  supportFraction: numberIn(0.5, 1),
  halfLifeDays: numberIn(1, 100_000),
  regimeHalfLifeDays: numberIn(1, 100_000),
  benchmarkPerDay: numberIn(-1, 1),
  missingData: oneOf(MISSING_DATA_METHODS),
  intensity: numberIn(0, 1),
  target: oneOf(SHRINKAGE_TARGETS),
});

const NAMES: Readonly<Record<string, readonly SettingName[]>> = {
  denoised: ["denoise", "alpha", "detonedComponents"],
  gerber: ["form", "threshold"],
  "factor-model": ["componentCount"],
  "thresholded-components": ["componentCount", "correlationThreshold", "constant"],
  "graphical-lasso": ["penalty"],
  "minimum-covariance-determinant": ["supportFraction"],
  "regime-adjusted": ["halfLifeDays", "regimeHalfLifeDays"],
  semicovariance: ["benchmarkPerDay"],
  "unequal-histories": ["missingData"],
  "given-shrinkage": ["intensity", "target"],
};

/** Settings that a covariance method has. */
export function settingNames(kind: string): readonly SettingName[] {
  return NAMES[kind] ?? [];
}

/** Settings that a method has, of those given; undefined when that leaves none. */
export function settingsOf(kind: string, settings: unknown): CovarianceSettings | undefined {
  const read = readCovarianceSettings(settings) ?? {};
  const names = new Set<string>(settingNames(kind));
  return readCovarianceSettings(
    Object.fromEntries(Object.entries(read).filter(([name]) => names.has(name))),
  );
}

/** Fields of the contract's message of a method. */
export function settingsInit({
  correlationThreshold,
  denoise,
  form,
  missingData,
  target,
  ...numbers
}: CovarianceSettings): Record<string, number> {
  return {
    ...numbers,
    ...(denoise && { method: DENOISE_METHODS.indexOf(denoise) + 1 }),
    ...(correlationThreshold && {
      threshold: CORRELATION_THRESHOLDS.indexOf(correlationThreshold) + 1,
    }),
    ...(form && { form: GERBER_FORMS.indexOf(form) + 1 }),
    ...(missingData && { method: MISSING_DATA_METHODS.indexOf(missingData) + 1 }),
    ...(target && { target: SHRINKAGE_TARGETS.indexOf(target) + 1 }),
  };
}

/** Reads the settings of a stored method back. */
export function storedSettings(kind: string, message: object): CovarianceSettings | undefined {
  const fields = message as Readonly<Record<string, unknown>>;
  const at = <Word>(words: readonly Word[], number: unknown) =>
    typeof number === "number" ? words[number - 1] : undefined;
  return settingsOf(kind, {
    ...fields,
    correlationThreshold: at(CORRELATION_THRESHOLDS, fields["threshold"]),
    denoise: at(DENOISE_METHODS, fields["method"]),
    form: at(GERBER_FORMS, fields["form"]),
    missingData: at(MISSING_DATA_METHODS, fields["method"]),
    target: at(SHRINKAGE_TARGETS, fields["target"]),
  });
}
