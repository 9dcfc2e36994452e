// A worker of jobs as a process of its own, for a test to kill. Arguments: URLs of PostgreSQL and of RabbitMQ, name.
import { JobWorker } from "@portfolio/platform/jobs/job-worker";
import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import pg from "pg";

const [databaseUrl, amqpUrl, name] = process.argv.slice(2);
const log = createLogger({ name, level: "silent" });
const jobs = await openJobs({ databaseUrl, amqpUrl, applicationName: name, log });
const history = new pg.Pool({ connectionString: databaseUrl, max: 2 });
history.on("error", () => undefined);
const note = (client, event, { jobId, fence }, detail) =>
  client.query(
    "insert into public.history (event, job_id, fence, detail) values ($1, $2, $3, $4)",
    [event, jobId, fence, detail],
  );
new JobWorker({
  jobs,
  pointers: jobs.pointers,
  kinds: [
    {
      name: "fault",
      file: new URL("./fault-job.mjs", import.meta.url),
      memoryMaxMb: 64,
      prepare: async (job) => {
        await note(history, "start", job, name).catch(() => undefined);
        return job.payload;
      },
      saveResult: async (client, job, steps) => {
        await note(client, "effect", job, String(steps));
        return `effects/${job.jobId}`;
      },
    },
  ],
  jobsMax: 2,
  name,
  log,
});
