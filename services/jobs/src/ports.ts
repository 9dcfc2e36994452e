import type { OutboxEvent } from "@portfolio/platform/events/event-outbox";
import type { JobPointer } from "@portfolio/platform/jobs/job-dispatches";

/** Tells others, in other processes, what happens here. */
export interface Broker {
  isConnected(): boolean;
  /** Tells that jobs wait. @returns Those of which the broker does not know for sure. */
  publishPointers(pointers: readonly JobPointer[]): Promise<readonly JobPointer[]>;
  /** Publishes events. @returns Identifiers of those that the broker has, or that nobody wants. */
  publishEvents(events: readonly OutboxEvent[]): Promise<readonly string[]>;
  close(): Promise<void>;
}
