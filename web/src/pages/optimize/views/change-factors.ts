import type { Views } from "../../../lib/optimize/views.ts";

/**
 * Views with other factors. Those on factors that are gone go as well, but for views in words.
 *
 * @param symbols - Assets, which views stay about.
 */
export function changeFactors(
  { factors: former = [], ...views }: Views,
  factors: readonly string[],
  symbols: readonly string[],
): Views {
  const isGone = (name: string | undefined) =>
    name !== undefined && former.includes(name) && ![...factors, ...symbols].includes(name);
  return {
    ...views,
    list: views.list.filter(({ asset, over }) => !isGone(asset) && !isGone(over)),
    ...(factors.length > 0 && { factors }),
  };
}
