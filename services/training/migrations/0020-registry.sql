-- SHA-256 of the file that a version was imported from: the same file is one version of a model.
alter table version add column import_hash bytea;
create unique index version_import on version (tenant_id, model_id, import_hash)
  where import_hash is not null;

-- What came of training versions again: rows are only ever added.
create table verification (
  tenant_id text not null,
  model_id text not null,
  number integer not null,
  -- Of the job that did it.
  job_id uuid not null,
  -- Names of what is not the same; none when all bits are.
  difference text[] not null,
  -- SHA-256 of the new artifact.
  artifact_hash bytea not null,
  create_time timestamptz not null default now(),
  primary key (tenant_id, model_id, number, job_id),
  foreign key (tenant_id, model_id, number) references version (tenant_id, model_id, number)
);

create trigger verification_append_only before update or delete on verification
  for each row execute function refuse_change();
