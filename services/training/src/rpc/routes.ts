import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { type Registration, register } from "@portfolio/platform/rpc/registration";
import { compareVersionsHandler } from "./compare-versions.ts";
import { exportVersionHandler } from "./export-version.ts";
import { getModelHandler } from "./get-model.ts";
import { getModelCardHandler } from "./get-model-card.ts";
import { getVersionHandler } from "./get-version.ts";
import { importVersionHandler } from "./import-version.ts";
import { listAliasChangesHandler } from "./list-alias-changes.ts";
import { listModelsHandler } from "./list-models.ts";
import { listVersionsHandler } from "./list-versions.ts";
import { revertAliasHandler } from "./revert-alias.ts";
import type { RouteDeps } from "./route-deps.ts";
import { setAliasHandler } from "./set-alias.ts";
import { setStageHandler } from "./set-stage.ts";
import { startDefaultTrainingsHandler } from "./start-default-trainings.ts";
import { startTrainingHandler } from "./start-training.ts";
import { updateModelHandler } from "./update-model.ts";
import { verifyVersionHandler } from "./verify-version.ts";

/** Lists every RPC of this service. */
export function routes(deps: RouteDeps): Registration[] {
  return [
    register(TrainingService, {
      startTraining: startTrainingHandler(deps),
      startDefaultTrainings: startDefaultTrainingsHandler(deps),
    }),
    register(ModelService, {
      listModels: listModelsHandler(deps),
      getModel: getModelHandler(deps),
      updateModel: updateModelHandler(deps),
      listVersions: listVersionsHandler(deps),
      getVersion: getVersionHandler(deps),
      compareVersions: compareVersionsHandler(deps),
      setAlias: setAliasHandler(deps),
      listAliasChanges: listAliasChangesHandler(deps),
      setStage: setStageHandler(deps),
      revertAlias: revertAliasHandler(deps),
      exportVersion: exportVersionHandler(deps),
      importVersion: importVersionHandler(deps),
      getModelCard: getModelCardHandler(deps),
      verifyVersion: verifyVersionHandler(deps),
    }),
  ];
}
