// Converts the data sets of the Python package skfolio into the bundled sample.
//
//   node data/convert-sample.mjs <folder with the three .csv.gz files>
//
// Cells are copied as text, so that every price keeps its decimals. See data/README.md.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const SOURCE_FILES = ["sp500_dataset.csv.gz", "sp500_index.csv.gz", "factors_dataset.csv.gz"];

/** Reads a file with the header `Date,A,B…`. */
async function readSource(folder, name) {
  const text = gunzipSync(await readFile(join(folder, name))).toString("utf8");
  const [header, ...lines] = text.trimEnd().split(/\r?\n/);
  const rows = new Map(lines.map((line) => [line.slice(0, 10), line.slice(11)]));
  return { symbols: header.split(",").slice(1), rows };
}

/** Puts the columns of all sources side by side, one row per day that any source has. */
function joinByDate(sources) {
  const dates = [...new Set(sources.flatMap(({ rows }) => [...rows.keys()]))].sort((a, b) =>
    a.localeCompare(b),
  );
  const header = ["date", ...sources.flatMap(({ symbols }) => symbols)].join(",");
  const lines = dates.map((date) => {
    const cells = sources.map(({ symbols, rows }) => {
      const missing = ",".repeat(symbols.length - 1);
      return rows.get(date) ?? missing;
    });
    return [date, ...cells].join(",");
  });
  return `${[header, ...lines].join("\n")}\n`;
}

const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write("usage: node data/convert-sample.mjs <folder with the .csv.gz files>\n");
  process.exit(2);
}
const sources = await Promise.all(SOURCE_FILES.map((name) => readSource(folder, name)));
const csv = joinByDate(sources);
const packed = gzipSync(csv, { level: 9 });
const manifestPath = join(import.meta.dirname, "sample.json");
const manifest = JSON.parse(await readFile(manifestPath, "utf8"));
manifest.prices.sha256 = createHash("sha256").update(packed).digest("hex");
await writeFile(join(import.meta.dirname, manifest.prices.file), packed);
await writeFile(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
process.stdout.write(`${manifest.prices.file}: ${packed.length} bytes, ${csv.length} unpacked\n`);
