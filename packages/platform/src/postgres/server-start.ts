import { AppError } from "../app-error.ts";
import type { Logger } from "../logger.ts";
import type { Cluster } from "./cluster.ts";
import { launchPostmaster, type Postmaster, type PostmasterOptions } from "./postmaster.ts";
import { adoptServer, findRunningServer } from "./running-server.ts";

export interface StartOptions extends Omit<PostmasterOptions, "dataDirectory"> {
  readonly cluster: Cluster;
}

export interface StartedServer {
  readonly postmaster: Postmaster;
  /** True when the server was already running, left over from a process that died. */
  readonly isAdopted: boolean;
}

/** How long a leftover server may take to stop or to answer before we give up. */
const PATIENCE_MS = 10_000;
const RETRY_INTERVAL_MS = 50;

/** What the server says when a dying predecessor, or another program, is briefly in the way. */
const PASSING_OBSTACLE =
  /lock file "postmaster\.pid" already exists|pre-existing shared memory block|could not create any TCP\/IP sockets/;

/**
 * Brings the server up on its data: takes over one that runs, waits for one that is stopping,
 * starts one otherwise.
 *
 * @throws {AppError} `EMBEDDED_POSTGRES_FAILED`: it does not start, or a leftover server neither
 *   answers nor stops within 10 s.
 */
export async function startOrAdopt(options: StartOptions, log: Logger): Promise<StartedServer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const attempt = await tryOnce(options);
    if ("postmaster" in attempt) {
      return attempt;
    }
    if (!attempt.mayPass || performance.now() > deadline) {
      throw new AppError(
        "failed-precondition",
        "EMBEDDED_POSTGRES_FAILED",
        `PostgreSQL could not start: ${attempt.obstacle}`,
      );
    }
    log.debug({ obstacle: attempt.obstacle }, "the database cannot start yet");
    await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL_MS));
  }
}

type Attempt = StartedServer | { readonly obstacle: string; readonly mayPass: boolean };

async function tryOnce({ cluster, ...options }: StartOptions): Promise<Attempt> {
  const { dataDirectory } = cluster;
  const running = await findRunningServer(dataDirectory);
  if (running) {
    const postmaster = await adoptServer(cluster, running);
    return postmaster
      ? { postmaster, isAdopted: true }
      : { obstacle: `server process ${running.pid} does not answer`, mayPass: true };
  }
  const outcome = await launchPostmaster({ ...options, dataDirectory });
  return outcome.kind === "ready"
    ? { postmaster: outcome.postmaster, isAdopted: false }
    : { obstacle: outcome.output, mayPass: PASSING_OBSTACLE.test(outcome.output) };
}
