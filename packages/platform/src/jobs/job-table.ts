/** Channel on which every change of state is announced. The message says nothing: look at the table. */
export const JOBS_CHANNEL = "portfolio_jobs";

/** Expression that announces a change when its transaction commits. */
export const NOTIFY = `pg_notify('${JOBS_CHANNEL}', '')`;

/** Assignments that make an update visible to those who watch. */
export const CHANGED =
  "revision = job.revision + 1, change_transaction = pg_current_xact_id()::text::bigint";

/** Everybody is one tenant until callers are told apart. */
export const TENANT_ID = "default";
