// Compiles the kernels of packages to WebAssembly and writes them, as base64, where they are loaded.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stderr } from "node:process";
import asc from "assemblyscript/asc";

const root = join(import.meta.dirname, "..");

/** Each source folder with the file that takes the compiled kernels. */
export const KERNELS = [
  { source: "packages/quant/kernels", file: "packages/quant/src/linalg/kernels/kernels-wasm.ts" },
  { source: "packages/learning/kernels", file: "packages/learning/src/kernels/kernels-wasm.ts" },
];

/** Compiles the kernels of a folder. The same compiler gives the same bytes. */
export async function kernelsModule(source) {
  const files = new Map();
  const { error, stderr: messages } = await asc.main(
    [
      `${source}/index.ts`,
      ...["--outFile", "kernels.wasm", "--runtime", "stub", "--use", "abort=", "--noAssert"],
      ...["--optimizeLevel", "3", "--enable", "simd", "--baseDir", root],
    ],
    { writeFile: (name, contents) => files.set(name, contents) },
  );
  if (error) {
    throw new Error(`${source} does not compile: ${messages}`, { cause: error });
  }
  const base64 = Buffer.from(files.get("kernels.wasm")).toString("base64");
  return [
    `// Generated from ${source} by scripts/build-kernels.mjs. Do not edit.`,
    "",
    "/** The compiled kernels. */",
    "export const KERNELS_WASM_BASE64 =",
    `  "${base64}";`,
    "",
  ].join("\n");
}

if (argv[1] === import.meta.filename) {
  for (const { source, file } of KERNELS) {
    writeFileSync(join(root, file), await kernelsModule(source));
    stderr.write(`wrote ${file}\n`);
  }
}
