import { call } from "../api/call.ts";
import type { ForecastChoice } from "./forecast-choice.ts";

/** A model with a champion, whose forecasts can stand in for an estimate. */
export interface ForecastModel extends ForecastChoice {
  /** Whether it forecasts volatilities; it orders assets otherwise. */
  readonly isVolatility: boolean;
}

const MODELS_LISTED = 100;
// Numbers of the contract, so that the page loads without its descriptors.
const [RANK, RETURN, VOLATILITY] = [1, 2, 3];

/** Lists the models that estimates can rest on. A system without models has none. */
export function forecastModelsQuery() {
  return {
    queryKey: ["models", "", "usable"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<readonly ForecastModel[]> => {
        const { models } = await clients.model.listModels({ pageSize: MODELS_LISTED }, { signal });
        return models
          .filter(({ aliases }) => aliases.some(({ name }) => name === "champion"))
          .filter(({ target }) => [RANK, RETURN, VOLATILITY].includes(target?.kind ?? 0))
          .map(({ id, target }) => ({ modelId: id, isVolatility: target?.kind === VOLATILITY }));
      }),
    retry: false,
  };
}
