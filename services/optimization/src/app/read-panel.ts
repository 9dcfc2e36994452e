import { AppError } from "@portfolio/platform/app-error";
import type { PriceHistory, PricePanel } from "@portfolio/platform/prices/price-history";
import { limitText } from "../domain/history.ts";
import { countText } from "../domain/number-text.ts";
import type { PriceSelection } from "../domain/portfolio-problem.ts";

// A variance needs two returns, which need three prices.
const DAYS_MIN = 3;

/**
 * Reads prices that suffice to estimate from.
 *
 * @throws {AppError} Those of `PriceHistory.panel`. `HISTORY_TOO_SHORT`: fewer than two daily
 *   returns are shared; the message names the asset that limits them.
 */
export async function readPanel(
  history: PriceHistory,
  request: { readonly symbols: readonly string[]; readonly prices: PriceSelection },
  signal: AbortSignal,
): Promise<PricePanel> {
  const panel = await history.panel(request.symbols, request.prices, signal);
  const dayCount = panel.dates.length;
  if (dayCount < DAYS_MIN) {
    throw new AppError(
      "failed-precondition",
      "HISTORY_TOO_SHORT",
      `The assets share ${countText(dayCount, "day")} of prices; estimates need at least ` +
        `${DAYS_MIN}. ${panel.dropped.length > 0 ? limitText(panel) : "Choose a longer period."}`,
      { metadata: { dayCount: String(dayCount) } },
    );
  }
  return panel;
}
