-- A trial is kept before its job is made, and has its skill day by day when its job has ended.
alter table trial alter column job_id drop not null;
-- Days since 1970-01-01, ascending.
alter table trial add column skill_day integer[];
-- One for each day.
alter table trial add column skill double precision[];

create index study_training on study (tenant_id, training_job_id) where training_job_id is not null;
