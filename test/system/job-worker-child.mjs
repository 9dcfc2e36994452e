// A worker of jobs as a process of its own, for a test to kill. Argument: connection URL.
import { JobWorker } from "@portfolio/platform/jobs/job-worker";
import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";

const LEASE_MS = 1000;
const log = createLogger({ name: "worker", level: "silent" });
const jobs = await openJobs({
  databaseUrl: process.argv[2],
  applicationName: "worker",
  log,
  leaseMs: LEASE_MS,
});
const counting = {
  name: "counting",
  file: new URL("./counting-job.mjs", import.meta.url),
  memoryMaxMb: 64,
  saveResult: async (client, { jobId, fence }, lastStep) => {
    await client.query("insert into public.effect values ($1, $2, $3)", [jobId, fence, lastStep]);
    return `effects/${jobId}`;
  },
};
new JobWorker({
  jobs,
  kinds: [counting],
  jobsMax: 2,
  name: `worker ${process.pid}`,
  log,
  times: { leaseMs: LEASE_MS, heartbeatMs: 300, checkMs: 100 },
});
