-- What a person said when a section was gone that a user had deleted or archived. `let-go`: the deal has no section from then
-- on, and its tasks lie in General. `state_since`: of the state and its reason.
alter table deal_home
  add column decision    text check (decision in ('restore', 'let-go')),
  add column decision_at timestamptz,
  add column state_since timestamptz not null default clock();

create function deal_home_changed() returns trigger language plpgsql as $$
begin
  if (new.state, new.reason) is distinct from (old.state, old.reason) then
    new.state_since := clock();
  end if;
  return new;
end $$;
create trigger deal_home_changed before update on deal_home for each row execute function deal_home_changed();
