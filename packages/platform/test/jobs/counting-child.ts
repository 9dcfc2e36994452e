// A worker as a process of its own, for a test to kill. Prints the identifier of each job's process.
import { JobWorker } from "../../src/jobs/job-worker.ts";
import { openJobs } from "../../src/jobs/open-jobs.ts";
import { counting, silentLog, TEST_TIMES } from "./counting-kind.ts";

const { leaseMs } = TEST_TIMES;
const databaseUrl = process.argv[2] ?? "";
const jobs = await openJobs({ databaseUrl, applicationName: "child", log: silentLog, leaseMs });
new JobWorker({
  jobs,
  kinds: [counting],
  jobsMax: 1,
  name: "child",
  log: silentLog,
  times: TEST_TIMES,
  onProcess: (pid) => process.stdout.write(`${pid}\n`),
});
