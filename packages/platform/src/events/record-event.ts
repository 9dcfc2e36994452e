import { create, toBinary } from "@bufbuild/protobuf";
import { EventSchema } from "@portfolio/gen/portfolio/events/v1/event_pb.js";
import type { Queryable } from "../postgres/pool.ts";
import { newRequestId } from "../rpc/request-id.ts";
import { EVENT_TYPES, type EventKind } from "./event-type.ts";

const INSERT = "insert into jobs.outbox (id, type, payload) values ($1, $2, $3)";

/**
 * Records that something has happened, in the transaction that makes it happen: the event is
 * published if that commits, and only then.
 *
 * @param client - Of that transaction, on the database that `openJobs` has brought up to date.
 * @returns Identifier of the event.
 *
 * @example
 * await recordEvent(client, { case: "pricesUpdated", value: { datasetId, revision, instrumentCount } });
 */
export async function recordEvent(client: Queryable, kind: EventKind): Promise<string> {
  const id = newRequestId();
  const event = create(EventSchema, { id, createTime: new Date().toISOString(), kind });
  const payload = Buffer.from(toBinary(EventSchema, event));
  await client.query(INSERT, [id, EVENT_TYPES[kind.case], payload]);
  return id;
}
