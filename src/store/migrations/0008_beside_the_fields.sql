-- What is written into a task beside its fields: {block, flags, comment, tells}; null where nothing is.
alter table op add column beside jsonb;

-- The comment that told a notice: {id, text}.
alter table pair add column comment jsonb;

-- When the facts of a person were last asked for, also in vain.
alter table person
  add column tried_at timestamptz not null default clock(),
  alter column facts drop not null;
