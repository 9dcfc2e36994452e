// Has laid-aside messages and events tried again, and ends: `node services/jobs/dist/src/replay/main.js`.
import { replayDeadLetters } from "@portfolio/platform/amqp/replay-dead-letters";
import { openJobs } from "@portfolio/platform/jobs/open-jobs";
import { createLogger } from "@portfolio/platform/logger";
import { loadConfig } from "../config.ts";

const { databaseUrl, amqpUrl, logLevel } = loadConfig(process.env);
const log = createLogger({ name: "jobs replay", level: logLevel });
const open = await openJobs({ databaseUrl, applicationName: "jobs replay", log });
const eventCount = await open.replayEvents();
await open.close();
const letters = amqpUrl === undefined ? undefined : await replayDeadLetters(amqpUrl, log);
log.info({ ...letters, eventCount }, "replayed");
