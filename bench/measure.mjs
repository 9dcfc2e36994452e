import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";

/** Runs work once to warm up, then `runs` times; gives the least CPU time and the last result. */
export function leastCpuMs(work, runs) {
  let result = work();
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = process.cpuUsage();
    result = work();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return { ms: least, result };
}

/** The same of work that takes its time; gives the least CPU time. */
export async function leastCpuMsOf(work, runs) {
  await work();
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/**
 * Runs a peer on some numbers, one BLAS thread.
 *
 * @param options - What the script takes before the file with the numbers and after it.
 * @returns What its script prints, or nothing where no Python with the peers is at hand.
 */
export function askPeer(script, values, { before = [], after, capMs = 300_000 }) {
  const python = env.PORTFOLIO_PEERS_PYTHON ?? join(".venv", "bin", "python");
  if (!existsSync(python)) {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "portfolio-bench-"));
  try {
    const file = join(folder, "data.bin");
    writeFileSync(file, Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    const { status, stdout, stderr, error } = spawnSync(
      python,
      [join(import.meta.dirname, "peers", script), ...before, file, ...after.map(String)],
      {
        encoding: "utf8",
        timeout: capMs,
        env: {
          ...env,
          OPENBLAS_NUM_THREADS: "1",
          OMP_NUM_THREADS: "1",
          MKL_NUM_THREADS: "1",
          RAYON_NUM_THREADS: "1",
        },
      },
    );
    if (error?.code === "ETIMEDOUT") {
      return { error: `over ${capMs / 1000} s` };
    }
    if (status !== 0) {
      throw new Error(`${script} failed: ${stderr}`);
    }
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Prints one line: what was measured, our time, and each peer's with its ratio. */
export function report(what, ms, peers) {
  const ours = `${what}: ${ms.toFixed(2)} ms CPU`;
  if (peers === undefined) {
    process.stdout.write(`${ours} (no peers: set PORTFOLIO_PEERS_PYTHON)\n`);
    return;
  }
  const theirs = Object.entries(peers).map(([name, peer]) =>
    peer.error === undefined
      ? `${name} ${peer.ms.toFixed(1)} ms, ${(peer.ms / ms).toFixed(2)}x`
      : `${name} fails (${peer.error})`,
  );
  process.stdout.write(`${ours}; ${theirs.join("; ")}\n`);
}

/** Makes a seeded source of standard normal numbers, by Box and Muller. */
export function normalSource(seed) {
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
