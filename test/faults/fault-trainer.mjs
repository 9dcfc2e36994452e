// The training service as a process of its own, for a test to kill. Arguments: URLs of PostgreSQL and of RabbitMQ.
import { createLogger } from "@portfolio/platform/logger";
import { createLocalTransport } from "@portfolio/platform/rpc/local-transport";
import { dataRegistrations } from "@portfolio/platform/testing/sample-data-service";
import { createTrainingService } from "@portfolio/training";

const [databaseUrl, amqpUrl] = process.argv.slice(2);
const DAYS = 700;
const FIRST_MS = Date.UTC(2020, 0, 1);
const DAY_MS = 86_400_000;

await createTrainingService({
  ...{ databaseUrl, amqpUrl },
  dataTransport: createLocalTransport(dataRegistrations(closes()), []),
  log: createLogger({ name: "trainer", level: "silent" }),
  jobsMax: 2,
  workerKinds: ["training"],
});

/** Closes of three assets, the same in every process. */
function closes() {
  const symbols = ["A", "B", "C"];
  return new Map(symbols.map((symbol, j) => [symbol, new Map(days((k) => price(j, k)))]));
}

function days(priceAt) {
  return Array.from({ length: DAYS }, (_, k) => [
    new Date(FIRST_MS + k * DAY_MS).toISOString().slice(0, 10),
    priceAt(k),
  ]);
}

function price(j, k) {
  return (
    100 * Math.exp(0.0003 * k + 0.1 * Math.sin(k / (7 + 3 * j)) + 0.02 * Math.cos(k * (j + 1)))
  );
}
