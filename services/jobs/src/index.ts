export { createJobsService, type JobsService, type JobsServiceOptions } from "./jobs-service.ts";
