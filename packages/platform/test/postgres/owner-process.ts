import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A process that owns an embedded server. */
export interface OwnerProcess {
  readonly url: string;
  readonly serverPid: number;
  readonly process: ChildProcess;
  /** Next line that it prints. Rejects when it ends first, with what it said. */
  nextLine(): Promise<string>;
  /** Ends it by SIGKILL. @returns The whole lines that it had printed and that were not read yet. */
  kill(): Promise<readonly string[]>;
}

export interface OwnerOptions {
  readonly mode?: "insert";
  /** Account to run under; only root may choose one. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Where programs are looked up. (Default: as in this process.) */
  readonly path?: string;
}

const PROGRAM = fileURLToPath(new URL("server-owner.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

/** Starts `server-owner.ts` and waits until its server is up. */
export async function startOwner(home: string, options: OwnerOptions = {}): Promise<OwnerProcess> {
  const child = spawn(
    process.execPath,
    [
      "--conditions=source",
      "--import",
      TSX,
      PROGRAM,
      home,
      ...(options.mode ? [options.mode] : []),
    ],
    {
      ...options.user,
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.path === undefined ? {} : { env: { PATH: options.path } }),
    },
  );
  const pending: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  createInterface(child.stdout).on("line", (line) => {
    const take = waiting.shift();
    take ? take(line) : pending.push(line);
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const closed = once(child, "close");

  const nextLine = (): Promise<string> => {
    const line = pending.shift();
    if (line !== undefined) {
      return Promise.resolve(line);
    }
    const ended = closed.then(() => Promise.reject(new Error(`the owner ended: ${complaint}`)));
    return Promise.race([new Promise<string>((resolve) => waiting.push(resolve)), ended]);
  };
  const { url, pid } = JSON.parse(await nextLine()) as { url: string; pid: number };
  return {
    url,
    serverPid: pid,
    process: child,
    nextLine,
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
      return pending;
    },
  };
}
