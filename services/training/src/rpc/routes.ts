import { DashboardService } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { ExperimentService } from "@portfolio/gen/portfolio/training/v1/experiment_service_pb.js";
import { ForecastService } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { MonitoringService } from "@portfolio/gen/portfolio/training/v1/monitoring_service_pb.js";
import { ScheduleService } from "@portfolio/gen/portfolio/training/v1/schedule_service_pb.js";
import { StudyService } from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import { TrainingService } from "@portfolio/gen/portfolio/training/v1/training_service_pb.js";
import { type Registration, register } from "@portfolio/platform/rpc/registration";
import { compareVersionsHandler } from "./compare-versions.ts";
import { createScheduleHandler } from "./create-schedule.ts";
import { deleteDashboardHandler } from "./delete-dashboard.ts";
import { deleteScheduleHandler } from "./delete-schedule.ts";
import { explainForecastsHandler } from "./explain-forecasts.ts";
import { explainVersionHandler } from "./explain-version.ts";
import { exportVersionHandler } from "./export-version.ts";
import { getDashboardHandler } from "./get-dashboard.ts";
import { getDriftHandler } from "./get-drift.ts";
import { getExperimentHandler } from "./get-experiment.ts";
import { getForecastsHandler } from "./get-forecasts.ts";
import { getModelHandler } from "./get-model.ts";
import { getModelCardHandler } from "./get-model-card.ts";
import { getMonitoringPolicyHandler } from "./get-monitoring-policy.ts";
import { getPastForecastsHandler } from "./get-past-forecasts.ts";
import { getStudyHandler } from "./get-study.ts";
import { getVersionHandler } from "./get-version.ts";
import { importVersionHandler } from "./import-version.ts";
import { listAliasChangesHandler } from "./list-alias-changes.ts";
import { listDashboardsHandler } from "./list-dashboards.ts";
import { listDriftAlarmsHandler } from "./list-drift-alarms.ts";
import { listExperimentsHandler } from "./list-experiments.ts";
import { listForecastsHandler } from "./list-forecasts.ts";
import { listModelsHandler } from "./list-models.ts";
import { listSchedulesHandler } from "./list-schedules.ts";
import { listStudiesHandler } from "./list-studies.ts";
import { listVersionsHandler } from "./list-versions.ts";
import { previewExperimentHandler } from "./preview-experiment.ts";
import { querySeriesHandler } from "./query-series.ts";
import { revertAliasHandler } from "./revert-alias.ts";
import type { RouteDeps } from "./route-deps.ts";
import { runScheduleHandler } from "./run-schedule.ts";
import { saveDashboardHandler } from "./save-dashboard.ts";
import { setAliasHandler } from "./set-alias.ts";
import { setMonitoringPolicyHandler } from "./set-monitoring-policy.ts";
import { setStageHandler } from "./set-stage.ts";
import { startDefaultTrainingsHandler } from "./start-default-trainings.ts";
import { startExperimentHandler } from "./start-experiment.ts";
import { startForecastingHandler } from "./start-forecasting.ts";
import { startMonitoringHandler } from "./start-monitoring.ts";
import { startStudyHandler } from "./start-study.ts";
import { startTrainingHandler } from "./start-training.ts";
import { stopExperimentHandler } from "./stop-experiment.ts";
import { updateModelHandler } from "./update-model.ts";
import { updateScheduleHandler } from "./update-schedule.ts";
import { verifyVersionHandler } from "./verify-version.ts";

/** Lists every RPC of this service. */
export function routes(deps: RouteDeps): Registration[] {
  return [
    ...registryRoutes(deps),
    register(TrainingService, {
      startTraining: startTrainingHandler(deps),
      startDefaultTrainings: startDefaultTrainingsHandler(deps),
    }),
    register(StudyService, {
      startStudy: startStudyHandler(deps),
      getStudy: getStudyHandler(deps),
      listStudies: listStudiesHandler(deps),
    }),
    register(ExperimentService, {
      startExperiment: startExperimentHandler(deps),
      previewExperiment: previewExperimentHandler(deps),
      getExperiment: getExperimentHandler(deps),
      listExperiments: listExperimentsHandler(deps),
      stopExperiment: stopExperimentHandler(deps),
    }),
    register(ForecastService, {
      getForecasts: getForecastsHandler(deps),
      getPastForecasts: getPastForecastsHandler(deps),
      startForecasting: startForecastingHandler(deps),
      listForecasts: listForecastsHandler(deps),
      explainForecasts: explainForecastsHandler(deps),
      explainVersion: explainVersionHandler(deps),
    }),
    register(MonitoringService, {
      startMonitoring: startMonitoringHandler(deps),
      getDrift: getDriftHandler(deps),
      listDriftAlarms: listDriftAlarmsHandler(deps),
      getMonitoringPolicy: getMonitoringPolicyHandler(deps),
      setMonitoringPolicy: setMonitoringPolicyHandler(deps),
    }),
    register(ScheduleService, {
      createSchedule: createScheduleHandler(deps),
      listSchedules: listSchedulesHandler(deps),
      updateSchedule: updateScheduleHandler(deps),
      deleteSchedule: deleteScheduleHandler(deps),
      runSchedule: runScheduleHandler(deps),
    }),
  ];
}

function registryRoutes(deps: RouteDeps): Registration[] {
  return [
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
    register(DashboardService, {
      listDashboards: listDashboardsHandler(deps),
      getDashboard: getDashboardHandler(deps),
      saveDashboard: saveDashboardHandler(deps),
      deleteDashboard: deleteDashboardHandler(deps),
      querySeries: querySeriesHandler(deps),
    }),
  ];
}
