import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

/** Operating system account that the server runs under. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: ServerUser = { uid: 65534, gid: 65534 };

/**
 * Chooses the account for the server, which refuses to run as root.
 *
 * As root: the owner of the data if there are any, else `postgres`, else `nobody`. No account is
 * created.
 *
 * @param dataDirectory - Existing data, or undefined before the first start.
 * @returns Undefined when the server runs as the caller.
 */
export async function chooseServerUser(
  dataDirectory: string | undefined,
): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  if (dataDirectory !== undefined) {
    const { uid, gid } = await stat(dataDirectory);
    return { uid, gid };
  }
  return (await findAccount("postgres")) ?? (await findAccount("nobody")) ?? NOBODY;
}

/**
 * Tells whether an account may enter a directory, or run a program, and enter every directory above
 * it, by permission bits. Access control lists are not looked at.
 */
export async function canTraverse(path: string, user: ServerUser): Promise<boolean> {
  const { uid, gid, mode } = await stat(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  const mayEnter = ((mode >> shift) & 1) === 1;
  const parent = dirname(path);
  return mayEnter && (parent === path || (await canTraverse(parent, user)));
}

async function findAccount(name: string): Promise<ServerUser | undefined> {
  const run = promisify(execFile);
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
