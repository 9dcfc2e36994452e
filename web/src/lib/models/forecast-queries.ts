import { call } from "../api/call.ts";
import { featureName } from "./feature-name.ts";

/** Asks what the champion of a model forecasts. */
export function forecastsQuery(modelId: string, isEnabled: boolean) {
  return {
    queryKey: ["models", modelId, "forecasts"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const answer = await clients.forecast.getForecasts({ version: { modelId } }, { signal });
        return {
          source: answer.source,
          skippedSymbols: answer.skippedSymbols,
          forecasts: answer.forecasts.map((forecast) => ({ ...forecast })),
        };
      }),
    enabled: isEnabled,
    staleTime: 0,
  };
}

/** Asks what each feature did to the champion's forecast of an asset. */
export function explanationQuery(modelId: string, symbol: string) {
  return {
    queryKey: ["models", modelId, "explanations", symbol],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const request = { version: { modelId }, symbols: [symbol] };
        const { explanations } = await clients.forecast.explainForecasts(request, { signal });
        const found = explanations[0];
        return (
          found && { ...found, contributions: found.contributions.map((each) => ({ ...each })) }
        );
      }),
    enabled: symbol !== "",
    retry: false,
  };
}

/** The contributions that matter most, largest first, and the sum of all others. */
export function largestContributions(
  contributions: readonly { readonly feature: string; readonly contribution: number }[],
  count: number,
  othersName: string,
): readonly { readonly label: string; readonly values: readonly number[] }[] {
  const sorted = contributions.toSorted(
    (a, b) => Math.abs(b.contribution) - Math.abs(a.contribution),
  );
  const rest = sorted.slice(count);
  const rows = sorted
    .slice(0, count)
    .map(({ feature, contribution }) => ({ label: featureName(feature), values: [contribution] }));
  const others = rest.reduce((sum, { contribution }) => sum + contribution, 0);
  return rest.length === 0 ? rows : [...rows, { label: othersName, values: [others] }];
}
