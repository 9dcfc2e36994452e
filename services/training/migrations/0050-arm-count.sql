-- Challengers among which an experiment's chance of a false decision was divided.
alter table experiment add column arm_count integer not null default 1;
