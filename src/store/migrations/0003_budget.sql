-- What a limit allows: for a sliding window, burst + window / spacing is at most 93 % of it, the rest is for requests
-- that come closer together than they left. The burst is 5 % of the limit for windows up to a minute, 50 % for longer
-- ones; what follows comes one by one, `spacing_ms` apart.
create function budget(request_limit double precision, window_ms double precision,
                       out burst double precision, out spacing_ms double precision)
language sql immutable as $$
  select b.burst, window_ms / greatest(request_limit * 0.93 - b.burst, request_limit * 0.05)
  from (select greatest(1, request_limit * case when window_ms <= 60000 then 0.05 else 0.5 end) as burst) b
$$;

-- A delivery that says only that tasks were made tells nothing new of a task that is in the mirror.
alter table delivery add column made boolean not null default false;

-- Whether a nudge has been served already by a pull that was under way.
create index delivery_consumed on delivery (connection_id, consumed_at);
