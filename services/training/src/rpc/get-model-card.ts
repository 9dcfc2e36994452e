import { fromBinary, toJsonString } from "@bufbuild/protobuf";
import type { MethodImpl } from "@connectrpc/connect";
import type { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { TrainingSpecSchema } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { modelCard } from "../app/model-card.ts";
import { cardMarkdown } from "../domain/card-markdown.ts";
import { readVersionName } from "./convert/read-version-name.ts";
import { writeCard } from "./convert/write-card.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetModelCard = MethodImpl<typeof ModelService.method.getModelCard>;

/** Serves `ModelService.GetModelCard`. */
export function getModelCardHandler(deps: RouteDeps): GetModelCard {
  return async ({ modelId, version }) => {
    const card = await modelCard(deps, modelId, readVersionName(version, ""));
    const spec = fromBinary(TrainingSpecSchema, card.version.spec);
    const json = toJsonString(TrainingSpecSchema, spec, { prettySpaces: 2 });
    return { card: writeCard(card), markdown: cardMarkdown(card, json) };
  };
}
