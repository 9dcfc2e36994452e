import { createHash } from "node:crypto";
import { AppError } from "@portfolio/platform/app-error";
import type { Clock } from "@portfolio/platform/clock";
import { dayAt } from "../domain/calendar-day.ts";
import type { DateOrder } from "../domain/csv-date.ts";
import type { CsvProblem } from "../domain/csv-problem.ts";
import type { DayRange } from "../domain/instrument.ts";
import type { SymbolBars } from "../domain/price-table.ts";
import type { ImportOutcome, PriceStore, PriceWriter } from "../ports.ts";
import { type DatasetReference, SAMPLE_ID } from "./find-dataset.ts";
import { type CsvContents, readCsv } from "./read-csv.ts";
import { type CsvSource, invalidFile } from "./unpack-csv.ts";
import { withinBudget } from "./violation-budget.ts";

const DATASET_DEFAULT = "imported";
const CURRENCY_DEFAULT = "USD";

export interface ImportRequest {
  /** Empty stands for `imported`. */
  readonly datasetId: string;
  readonly source: CsvSource | undefined;
  readonly partial: boolean;
  readonly validateOnly: boolean;
  /** ISO 4217; empty stands for `USD`. */
  readonly currency: string;
  readonly dateOrder: DateOrder;
  /** Empty keeps the present one. */
  readonly title: string;
}

export interface ImportReport extends Omit<ImportOutcome, "revision"> {
  readonly dataset: DatasetReference;
  readonly contents: CsvContents;
  /** Undefined when there is no good row. */
  readonly available: DayRange | undefined;
}

export interface ImportDeps {
  readonly store: PriceStore;
  readonly writer: PriceWriter;
  readonly clock: Clock;
}

/**
 * Imports prices from CSV, as a new revision of a dataset.
 *
 * @throws {AppError} As `PriceService.ImportPrices` says, and `CURRENCY_MISMATCH`: the dataset has
 *   an instrument in another currency.
 */
export async function importPrices(
  { store, writer, clock }: ImportDeps,
  request: ImportRequest,
): Promise<ImportReport> {
  const datasetId = request.datasetId || DATASET_DEFAULT;
  await assertWritable(store, datasetId);
  const { source } = request;
  if (source === undefined || source.bytes.length === 0) {
    throw invalidFile(source?.field ?? "csvText", "CSV_EMPTY", "Give the prices as CSV.");
  }
  const contents = await readCsv(source, request.dateOrder, dayAt(clock.now()));
  if (contents.problemCount > 0 && !request.partial && !request.validateOnly) {
    throw csvInvalid(contents, source.field);
  }
  const outcome = await writer.importBars({
    datasetId,
    description: {
      title: request.title,
      source: "Imported from CSV",
      license: "As its owner says; none was stated.",
      readOnly: false,
    },
    series: contents.series.map(({ symbol, bars }) => ({
      symbol,
      name: symbol,
      kind: "unknown",
      currency: request.currency || CURRENCY_DEFAULT,
      bars,
    })),
    sourceHash: createHash("sha256").update(source.bytes).digest(),
    validateOnly: request.validateOnly,
  });
  return {
    ...outcome,
    unchangedCount: outcome.unchangedCount + contents.repeatedCount,
    dataset: { id: datasetId, revision: outcome.revision },
    contents,
    available: rangeOf(contents.series),
  };
}

async function assertWritable(store: PriceStore, datasetId: string): Promise<void> {
  const dataset = (await store.datasets()).find(({ id }) => id === datasetId);
  if (datasetId === SAMPLE_ID || dataset?.readOnly === true) {
    const description = `Dataset ${datasetId} cannot be changed. Give another one, such as imported.`;
    throw new AppError("failed-precondition", "DATASET_READ_ONLY", description, {
      violations: [{ field: "datasetId", description }],
      metadata: { dataset: datasetId },
    });
  }
}

function csvInvalid({ problems, problemCount }: CsvContents, field: string): AppError {
  const all = problems.map((problem) => ({
    field: `${field}[${problem.line}]${problem.column === 0 ? "" : `[${problem.column}]`}`,
    description: `${placeOf(problem)}: ${problem.description}`,
  }));
  const violations = withinBudget(all);
  const [first] = violations;
  const more =
    problemCount > violations.length
      ? ` The first ${violations.length} are named; validate_only names up to 1000.`
      : "";
  const count = problemCount === 1 ? "1 problem" : `${problemCount} problems`;
  return new AppError(
    "invalid-argument",
    "CSV_INVALID",
    `The file has ${count}; nothing was stored. ${first?.description}${more}`,
    { violations, metadata: { problemCount: String(problemCount) } },
  );
}

function placeOf({ line, column, columnName }: CsvProblem): string {
  const name = columnName === "" ? "" : ` (${columnName})`;
  return column === 0 ? `Line ${line}` : `Line ${line}, column ${column}${name}`;
}

function rangeOf(series: readonly SymbolBars[]): DayRange | undefined {
  let range: DayRange | undefined;
  for (const { bars } of series) {
    const first = bars.days[0] as number;
    const last = bars.days.at(-1) as number;
    range = {
      first: Math.min(range?.first ?? first, first),
      last: Math.max(range?.last ?? last, last),
    };
  }
  return range;
}
