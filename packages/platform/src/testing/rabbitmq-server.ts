import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "amqplib";
import { freePort } from "./free-port.ts";

const PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const ACCOUNT = "rabbitmq";
const START_TIMEOUT_MS = 120_000;

/** Whether Debian's package `rabbitmq-server` is there. */
export const hasRabbitmq = existsSync(PROGRAM);

/** A broker of a test's own, on loopback ports, with its data in a temporary folder. */
export interface RabbitmqServer {
  readonly url: string;
  /** Kills it at once. Its data stay. */
  kill(): Promise<void>;
  /** Starts it again, and waits until it takes connections. */
  start(): Promise<void>;
  deleteQueue(queue: string): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/**
 * Starts a broker by hand, without the system's service.
 *
 * @param settings - Lines of `rabbitmq.conf`, such as `consumer_timeout = 5000`.
 */
export async function startRabbitmq(settings: readonly string[] = []): Promise<RabbitmqServer> {
  const directory = await mkdtemp(join(tmpdir(), "portfolio-rabbitmq-"));
  const [port, nodePort, mapperPort] = await Promise.all([freePort(), freePort(), freePort()]);
  await prepare(directory, port, settings);
  const env = environment(directory, nodePort, mapperPort);
  const mapper = run("epmd", ["-port", String(mapperPort), "-address", "127.0.0.1"], env);
  let broker: ChildProcess | undefined;
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  const start = async () => {
    broker = run(PROGRAM, [], env);
    await untilReady(url, broker);
  };
  const kill = async () => {
    if (broker === undefined || broker.exitCode !== null) return;
    const ended = once(broker, "exit");
    // That of the virtual machine: the script that started it ends with it.
    process.kill(Number(await readFile(env.RABBITMQ_PID_FILE, "utf8")), "SIGKILL");
    await ended;
  };
  await start();
  return {
    url,
    kill,
    start,
    deleteQueue: (queue) => deleteQueue(url, queue),
    remove: async () => {
      await kill();
      const ended = once(mapper, "exit");
      mapper.kill("SIGKILL");
      await ended;
      await rm(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function prepare(
  directory: string,
  port: number,
  settings: readonly string[],
): Promise<void> {
  const configuration = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    "log.file = false",
    "log.console = false",
    ...settings,
  ];
  await writeFile(join(directory, "rabbitmq.conf"), `${configuration.join("\n")}\n`);
  await writeFile(join(directory, "plugins"), "[].\n");
  await mkdir(join(directory, "home"));
  await chmod(directory, 0o755);
  if (isRoot()) await chown(join(directory, "home"), accountNumber("-u"), accountNumber("-g"));
}

function environment(directory: string, nodePort: number, mapperPort: number) {
  const home = join(directory, "home");
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    ERL_EPMD_PORT: String(mapperPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: `test${nodePort}@localhost`,
    RABBITMQ_DIST_PORT: String(nodePort),
    RABBITMQ_MNESIA_BASE: join(home, "mnesia"),
    RABBITMQ_LOG_BASE: join(home, "log"),
    RABBITMQ_PID_FILE: join(home, "pid"),
    RABBITMQ_CONFIG_FILE: join(directory, "rabbitmq.conf"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, "plugins"),
    // Its `consumer_timeout` is looked at each second rather than each minute.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      "-kernel inet_dist_use_interface {127,0,0,1} -rabbit channel_tick_interval 1000 +sbwt none",
  };
}

/** Runs a program as the broker's own account, where this process may choose. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const options = { env, stdio: "ignore" } as const;
  if (!isRoot()) return spawn(program, args, options);
  const account = [`--reuid=${ACCOUNT}`, `--regid=${ACCOUNT}`, "--init-groups"];
  return spawn("setpriv", [...account, program, ...args], options);
}

async function untilReady(url: string, broker: ChildProcess): Promise<void> {
  const endMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await (await connect(url, { timeout: 2000 })).close();
      return;
    } catch (error) {
      if (broker.exitCode !== null || performance.now() > endMs) throw error;
      await delay(100);
    }
  }
}

async function deleteQueue(url: string, queue: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  await channel.deleteQueue(queue);
  await connection.close();
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function accountNumber(option: "-u" | "-g"): number {
  return Number(execFileSync("id", [option, ACCOUNT], { encoding: "utf8" }));
}
