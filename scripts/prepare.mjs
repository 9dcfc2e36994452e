// Makes a clone ready to run: installs what the lockfile names and builds what is stale. Imports nothing that must be
// installed first, because it is what installs.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const MINIMUM_NODE = [20, 19];
const STAMPS = join(root, "node_modules", ".cache", "portfolio");
const LOCKFILE = join(root, "package-lock.json");
const NOT_SOURCE = new Set(["node_modules", "dist", "test-results", ".git", ".portfolio"]);

/** What each build reads, what it runs, and what must exist afterwards. */
const BUILDS = {
  services: {
    inputs: ["gen/ts", "packages", "services", "gateway", "tsconfig.base.json", "tsconfig.json"],
    command: ["node_modules/typescript/bin/tsc", "--build"],
    output: "services/local/dist/src/main.js",
  },
  web: {
    inputs: ["gen/ts", "web"],
    command: ["node_modules/vite/bin/vite.js", "build", "web", "--logLevel", "error"],
    output: "web/dist/index.html",
  },
};

/**
 * Installs and builds, each only when needed.
 *
 * @param {{ builds?: readonly ("services" | "web")[], log?: (line: string) => void }} options
 * @returns {Promise<{ name: string, durationMs: number }[]>} The phases that took time.
 */
export async function prepare({ builds = ["services", "web"], log = () => {} } = {}) {
  refuseOldNode();
  const phases = [];
  const timed = async (name, work) => {
    const start = performance.now();
    await work();
    phases.push({ name, durationMs: performance.now() - start });
  };
  if (!isInstalled()) {
    log("Installing packages (once) …");
    await timed("install", install);
  }
  for (const name of builds) {
    const fingerprint = fingerprintOf(BUILDS[name].inputs);
    if (isBuilt(name, fingerprint)) continue;
    log(`Building ${name} …`);
    await timed(`build ${name}`, () => runNode(BUILDS[name].command));
    writeStamp(name, fingerprint);
  }
  return phases;
}

/** Runs `node …args` in the repository root with its output shown. */
export async function runNode(args, options = {}) {
  await run(process.execPath, args, options);
}

/** @returns {Promise<void>} Rejects when the command cannot start or exits with another code than 0. */
function run(command, args, { env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args[0]} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [minimumMajor, minimumMinor] = MINIMUM_NODE;
  if (major < minimumMajor || (major === minimumMajor && minor < minimumMinor)) {
    throw new Error(
      `Node ${process.versions.node} is too old: install Node ${MINIMUM_NODE.join(".")} or newer.`,
    );
  }
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** A plain `npm ci` by hand counts too: npm then wrote its own record after the lockfile. */
function isInstalled() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  return (
    readStamp("install") === sha256(readFileSync(LOCKFILE)) ||
    statSync(record).mtimeMs >= statSync(LOCKFILE).mtimeMs
  );
}

async function install() {
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"];
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) await runNode([npm, ...args]);
  else await run(process.platform === "win32" ? "npm.cmd" : "npm", args);
  writeStamp("install", sha256(readFileSync(LOCKFILE)));
}

function isBuilt(name, fingerprint) {
  return existsSync(join(root, BUILDS[name].output)) && readStamp(name) === fingerprint;
}

/** Path, size and modification time of each input: reading 1,000 of them takes about 20 ms, hashing contents more. */
function fingerprintOf(inputs) {
  const lines = [process.versions.node, readStamp("install") ?? ""];
  const visit = (path) => {
    const full = join(root, path);
    const stats = statSync(full);
    if (!stats.isDirectory()) {
      lines.push(`${path} ${stats.size} ${stats.mtimeMs}`);
      return;
    }
    for (const name of readdirSync(full).sort()) {
      if (!NOT_SOURCE.has(name) && !name.endsWith(".tsbuildinfo")) visit(join(path, name));
    }
  };
  for (const input of inputs) visit(input);
  return sha256(lines.join("\n"));
}

function readStamp(name) {
  const path = join(STAMPS, name);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function writeStamp(name, text) {
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(join(STAMPS, name), text);
}
