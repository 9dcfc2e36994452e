import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { parseIsoDate } from "../domain/calendar-day.ts";
import type { InstrumentKind } from "../domain/instrument.ts";
import type { BarImport, ImportedSeries, SampleSource } from "../ports.ts";

/** `sample.json`, whose form `data/README.md` describes. */
interface SampleManifest {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly license: string;
  readonly currency: string;
  readonly prices: { readonly file: string; readonly sha256: string };
  readonly instruments: readonly {
    readonly symbol: string;
    readonly name: string;
    readonly kind: InstrumentKind;
  }[];
}

const UNPACKED_BYTES_MAX = 16 << 20;

/** Reads the bundled sample from files. */
export class SampleFile implements SampleSource {
  readonly #directory: string;

  /** @param directory - Holds `sample.json` and the file that it names. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  async hash(): Promise<string> {
    return (await this.#readManifest()).prices.sha256;
  }

  async read(): Promise<BarImport> {
    const manifest = await this.#readManifest();
    const { title, source, license, prices } = manifest;
    const packed = await readFile(join(this.#directory, prices.file));
    const sourceHash = createHash("sha256").update(packed).digest();
    if (sourceHash.toString("hex") !== prices.sha256) {
      throw new Error(`${prices.file} is damaged: its SHA-256 is not the manifest's`);
    }
    const csv = await promisify(gunzip)(packed, { maxOutputLength: UNPACKED_BYTES_MAX });
    return {
      datasetId: manifest.id,
      description: { title, source, license, readOnly: true },
      series: readColumns(csv.toString("utf8"), manifest),
      sourceHash,
      validateOnly: false,
    };
  }

  async #readManifest(): Promise<SampleManifest> {
    return JSON.parse(await readFile(join(this.#directory, "sample.json"), "utf8"));
  }
}

/** Reads one column of closes per instrument: `date,A,B…`, days ascending, no quotes. */
function readColumns(csv: string, { instruments, currency }: SampleManifest): ImportedSeries[] {
  const [header = "", ...lines] = csv.trimEnd().split("\n");
  const columns = header.split(",");
  const rows = lines.map((line) => line.split(","));
  const days = rows.map(([date = ""]) => requireDay(date));
  return instruments.map(({ symbol, name, kind }) => {
    const column = columns.indexOf(symbol);
    const known = rows.flatMap((row, i) => (row[column] ? [i] : []));
    if (known.length === 0) {
      throw new Error(`the sample has no prices of ${symbol}`);
    }
    const bars = {
      days: Int32Array.from(known, (i) => days[i] as number),
      fields: { close: Float64Array.from(known, (i) => Number(rows[i]?.[column])) },
    };
    return { symbol, name, kind, currency, bars };
  });
}

function requireDay(date: string): number {
  const day = parseIsoDate(date);
  if (day === undefined) {
    throw new Error(`the sample has a row for "${date}", which is no day`);
  }
  return day;
}
