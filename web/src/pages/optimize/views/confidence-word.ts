import { formatPercentWith } from "../../../lib/format.ts";
import { t } from "../../../lib/i18n/messages.ts";

/** Writes a confidence from 0 to 1 as a percentage and in words. */
export function confidenceWord(confidence: number): string {
  const words = t.views.confidenceWords;
  const inner = words.length - 2;
  const index =
    confidence <= 0
      ? 0
      : confidence >= 1
        ? words.length - 1
        : 1 + Math.min(inner - 1, Math.floor(confidence * inner));
  return `${formatPercentWith(confidence, 0)}, ${words[index]}`;
}
