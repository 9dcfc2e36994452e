// Compiles packages/quant/kernels to WebAssembly and writes it, as base64, where the kernels load it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stderr } from "node:process";
import asc from "assemblyscript/asc";

const root = join(import.meta.dirname, "..");
export const KERNELS_FILE = "packages/quant/src/linalg/kernels/kernels-wasm.ts";

/** Compiles the kernels. The same compiler gives the same bytes. */
export async function kernelsModule() {
  const files = new Map();
  const { error, stderr: messages } = await asc.main(
    [
      "packages/quant/kernels/index.ts",
      ...["--outFile", "kernels.wasm", "--runtime", "stub", "--use", "abort=", "--noAssert"],
      ...["--optimizeLevel", "3", "--enable", "simd", "--baseDir", root],
    ],
    { writeFile: (name, contents) => files.set(name, contents) },
  );
  if (error) {
    throw new Error(`kernels do not compile: ${messages}`, { cause: error });
  }
  const base64 = Buffer.from(files.get("kernels.wasm")).toString("base64");
  return [
    "// Generated from packages/quant/kernels by scripts/build-kernels.mjs. Do not edit.",
    "",
    "/** The compiled kernels. */",
    "export const KERNELS_WASM_BASE64 =",
    `  "${base64}";`,
    "",
  ].join("\n");
}

if (argv[1] === import.meta.filename) {
  writeFileSync(join(root, KERNELS_FILE), await kernelsModule());
  stderr.write(`wrote ${KERNELS_FILE}\n`);
}
