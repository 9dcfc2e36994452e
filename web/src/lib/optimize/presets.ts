/** Universes that the bundled sample can fill. */
export const PRESETS = {
  stocks: [
    "AAPL",
    "AMD",
    "BAC",
    "BBY",
    "CVX",
    "GE",
    "HD",
    "JNJ",
    "JPM",
    "KO",
    "LLY",
    "MRK",
    "MSFT",
    "PEP",
    "PFE",
    "PG",
    "RRC",
    "UNH",
    "WMT",
    "XOM",
  ],
  factors: ["MTUM", "QUAL", "SIZE", "USMV", "VLUE"],
  contrast: ["AAPL", "AMD", "MSFT", "KO", "PEP", "PG", "WMT", "JNJ"],
} as const satisfies Record<string, readonly string[]>;

export type PresetName = keyof typeof PRESETS;
