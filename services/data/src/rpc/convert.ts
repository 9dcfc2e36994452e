import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  InstrumentKind as InstrumentKindMessage,
  type InstrumentSchema,
} from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import type { DateRangeSchema } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";
import { type DatasetReference, SAMPLE_ID } from "../app/find-dataset.ts";
import { formatIsoDate } from "../domain/calendar-day.ts";
import type { Catalog, DayRange, Instrument, InstrumentKind } from "../domain/instrument.ts";

const KINDS: Readonly<Record<InstrumentKind, InstrumentKindMessage>> = {
  unknown: InstrumentKindMessage.UNSPECIFIED,
  stock: InstrumentKindMessage.STOCK,
  etf: InstrumentKindMessage.ETF,
  index: InstrumentKindMessage.INDEX,
};

/** An unset reference means the newest revision of the sample. */
export function toReference(dataset: DatasetReference | undefined): DatasetReference {
  return { id: dataset?.id ?? SAMPLE_ID, revision: dataset?.revision ?? 0 };
}

export function fromCatalog({ datasetId, revision }: Catalog): DatasetReference {
  return { id: datasetId, revision };
}

export function fromDayRange({ first, last }: DayRange): MessageInitShape<typeof DateRangeSchema> {
  return { startDate: formatIsoDate(first), endDate: formatIsoDate(last) };
}

export function fromInstrument(
  instrument: Instrument,
  dataset: DatasetReference,
): MessageInitShape<typeof InstrumentSchema> {
  return {
    symbol: instrument.symbol,
    name: instrument.name,
    kind: KINDS[instrument.kind],
    currency: instrument.currency,
    available: fromDayRange(instrument.available),
    priceCount: instrument.priceCount,
    lastClose: instrument.lastClose,
    dataset,
  };
}
