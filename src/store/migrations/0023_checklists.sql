-- Checklists that count by now (route.policy.deals.checklists). When one begins, the deals that are in its stage already are noted
-- in `stamp`, so that only later entries have it stamped.
create table checklist (
  route_id bigint not null references route on delete cascade,
  name     text not null,
  stage    text not null,
  begun_at timestamptz not null default clock(),
  primary key (route_id, name, stage)
);

-- What is done about a checklist for an entry of a deal into a stage. `key`: core/checklist.ts, stampKey. `entered_at`: as the
-- CRM says it, null where it does not. `stamped_at`: null where the deal was there before the checklist was.
create table stamp (
  route_id   bigint not null references route on delete cascade,
  key        text not null,
  deal_id    text not null,
  checklist  text not null,
  stage      text not null,
  entered_at text,
  stamped_at timestamptz,
  primary key (route_id, key)
);
create index stamp_deal on stamp (route_id, deal_id);

-- Of a pair that was made by a stamp: which item of it. Its task carries that in its marker until it has another one.
alter table pair add column stamped_as uuid;
create unique index pair_stamped_as on pair (route_id, stamped_as) where stamped_as is not null;

-- Deals whose homes are to be looked at: as before, and those without a section that somebody has woken.
create or replace view pending_deal as
select c.route_id, c.deal_id, d.connection_id, h.wake_at, h.dispatched_at,
  coalesce(h.state, 'ok') as state, h.reason, h.last_error,
  h.wake_at is null or h.wake_at <= clock() as due
from (
  select route_id, subject as deal_id from container where role = 'deal'
  union select route_id, deal_id from deal_home where wake_at is not null
) c
join route r on r.id = c.route_id and r.removed_at is null and r.policy ? 'deals'
join deal_cache d on d.deal_id = c.deal_id and d.connection_id in (r.left_id, r.right_id)
left join deal_stage g on g.connection_id = d.connection_id and g.stage_id = d.deal ->> 'stage'
left join deal_home h on h.route_id = c.route_id and h.deal_id = c.deal_id
where h.wake_at is not null
  or greatest(d.changed_seq, g.changed_seq) > coalesce(h.decided_seq, 0)
  or exists (
    select from container s join op o on o.subject = 'container' and o.subject_id = s.id
      and o.status in ('planned', 'sent', 'unknown')
    where s.route_id = c.route_id and s.role = 'deal' and s.subject = c.deal_id);
