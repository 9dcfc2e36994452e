import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Event, EventSchema } from "@portfolio/gen/portfolio/events/v1/event_pb.js";

/** Kinds of events, as the contract names them. */
export type EventCase = NonNullable<Event["kind"]["case"]>;

/** An event to record: its kind and what it tells. */
export type EventKind = Extract<
  NonNullable<MessageInitShape<typeof EventSchema>["kind"]>,
  { case: EventCase }
>;

/** Routing keys. They stay for as long as there may be consumers. */
export const EVENT_TYPES: Readonly<Record<EventCase, string>> = {
  pricesUpdated: "prices.updated",
  modelPromoted: "model.promoted",
  driftAlarmed: "drift.alarmed",
  portfolioRebalanced: "portfolio.rebalanced",
};
