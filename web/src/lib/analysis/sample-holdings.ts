import { PRESETS } from "../optimize/presets.ts";
import type { HoldingsChoice } from "./holdings.ts";

/** Equal weights of the stocks of the bundled sample. */
export const SAMPLE_HOLDINGS: HoldingsChoice = {
  kind: "given",
  positions: PRESETS.stocks.map((symbol) => ({ symbol, weight: 1 / PRESETS.stocks.length })),
};
