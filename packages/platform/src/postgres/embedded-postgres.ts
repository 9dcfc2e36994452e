import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AppError } from "../app-error.ts";
import type { Logger } from "../logger.ts";
import { type Cluster, createCluster, dataDirectoryIn, openCluster } from "./cluster.ts";
import { acquireHomeLock } from "./home-lock.ts";
import { type Phase, PhaseClock } from "./phase-clock.ts";
import { type Postmaster, stopPostmaster } from "./postmaster.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { findServerPackage, prepareServerBinaries } from "./server-binaries.ts";
import { chooseServerDirectory, findServerDirectory } from "./server-directory.ts";
import { ServerKeeper } from "./server-keeper.ts";
import { type StartOptions, startOrAdopt } from "./server-start.ts";
import { chooseServerUser } from "./server-user.ts";

export interface EmbeddedPostgresOptions {
  /** Where the database lives. Created if missing. One process at a time may use it. */
  readonly homeDirectory: string;
  readonly log: Logger;
  /** Server parameters, such as `{ fsync: "off" }` for tests. (Default: PostgreSQL's own.) */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Takes the data when the caller is root and the home directory is closed to other accounts.
   * (Default: `/var/lib/portfolio-optimizer`.)
   */
  readonly systemDirectory?: string;
}

/** A PostgreSQL server that belongs to this process. */
export interface EmbeddedPostgres {
  /** Connection URL with the password, on 127.0.0.1. */
  readonly url: string;
  readonly port: number;
  /** Process id of the server; another one after a restart. */
  readonly pid: number;
  /** How long each step of the start took, in the order they ran. */
  readonly phases: readonly Phase[];
  /** Stops the server and frees the home directory. Bounded to 22 s; calling twice is harmless. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a directory, making the database there the first time.
 *
 * The server listens on a random loopback port with a random password. It ends with this process;
 * if one outlived a killed process, it is taken over or, while it stops, waited for. If it dies,
 * it is started again on the same port. Committed data survive all of this.
 *
 * @throws {AppError} `DATABASE_ALREADY_RUNNING`: a living process uses the directory;
 *   `EMBEDDED_POSTGRES_MISSING`: there is no package for this platform;
 *   `DATABASE_VERSION_MISMATCH`: another major version wrote the data;
 *   `EMBEDDED_POSTGRES_FAILED`: the server cannot start, with what it said.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const home = resolve(options.homeDirectory);
  try {
    await mkdir(home, { recursive: true });
    return await startLocked(home, options, await lockHome(home));
  } catch (error) {
    throw describeFailure(error, home);
  }
}

async function startLocked(
  home: string,
  options: EmbeddedPostgresOptions,
  release: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  try {
    const clock = new PhaseClock();
    const startOptions = await prepareServer(home, options, clock);
    const started = await startOrAdopt(startOptions, options.log);
    clock.end(started.isAdopted ? "adopt" : "start");
    const { port } = started.postmaster;
    options.log.info(
      { port, serverPid: started.postmaster.pid, adopted: started.isAdopted },
      "database is up",
    );
    return new RunningServer(started.postmaster, startOptions, clock.phases, release, options.log);
  } catch (error) {
    await release();
    throw error;
  }
}

/** Explains failures of the file system, such as a directory that belongs to somebody else. */
function describeFailure(error: unknown, home: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) {
    return error;
  }
  return new AppError(
    "failed-precondition",
    "EMBEDDED_POSTGRES_FAILED",
    `The database in ${home} cannot be opened: ${error.message}. Check who owns the directory ` +
      "and how much space is left, or set DATABASE_URL.",
    { cause: error },
  );
}

async function lockHome(home: string): Promise<() => Promise<void>> {
  const lock = await acquireHomeLock(join(home, "postgres.lock"));
  if (lock.kind === "acquired") {
    return lock.release;
  }
  const server = await readPostmasterFile(dataDirectoryIn(await findServerDirectory(home)));
  const where = server?.port === undefined ? "" : ` on port ${server.port}`;
  throw new AppError(
    "failed-precondition",
    "DATABASE_ALREADY_RUNNING",
    `The database in ${home} is already running${where}, started by process ${lock.holder.pid}. ` +
      "Stop that process, or choose another home directory.",
    { metadata: { pid: `${lock.holder.pid}`, ...(server?.port && { port: `${server.port}` }) } },
  );
}

async function prepareServer(
  home: string,
  { log, settings = {}, systemDirectory = "/var/lib/portfolio-optimizer" }: EmbeddedPostgresOptions,
  clock: PhaseClock,
): Promise<StartOptions> {
  const serverPackage = await findServerPackage();
  const found = await findServerDirectory(home);
  const existing = await openCluster(found, serverPackage.majorVersion);
  const user = await chooseServerUser(existing?.dataDirectory);
  const directory = existing
    ? found
    : await chooseServerDirectory(home, user, systemDirectory, log);
  const binaries = await prepareServerBinaries(serverPackage, directory, user);
  clock.end("prepare");

  let cluster: Cluster | undefined = existing;
  if (cluster === undefined) {
    log.info({ directory }, "creating the database");
    cluster = await createCluster(directory, binaries, user);
    clock.end("create");
  }
  return {
    cluster,
    program: binaries.postgres,
    user,
    logFile: join(directory, "server.log"),
    port: undefined,
    settings,
  };
}

class RunningServer implements EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  readonly phases: readonly Phase[];
  readonly #keeper: ServerKeeper;
  readonly #release: () => Promise<void>;
  #stopped: Promise<void> | undefined;

  constructor(
    first: Postmaster,
    startOptions: StartOptions,
    phases: readonly Phase[],
    release: () => Promise<void>,
    log: Logger,
  ) {
    this.port = first.port;
    this.url = `postgresql://postgres:${startOptions.cluster.password}@127.0.0.1:${this.port}/postgres`;
    this.phases = phases;
    this.#release = release;
    const startAgain = () => startOrAdopt({ ...startOptions, port: this.port }, log);
    this.#keeper = new ServerKeeper(first, async () => (await startAgain()).postmaster, log);
  }

  get pid(): number {
    return this.#keeper.current.pid;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const running = await this.#keeper.release();
    if (running) {
      await stopPostmaster(running);
    }
    await this.#release();
  }
}
