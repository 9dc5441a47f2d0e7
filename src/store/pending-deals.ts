/**
 * Deals whose homes are to be looked at, with the columns of view `pending_deal`, which knows those that have a section. Where the app
 * has no sections, and where none is made yet, it is those that somebody has woken.
 */
export const PENDING_DEALS = `(
  select * from pending_deal
  union
  select h.route_id, h.deal_id, d.connection_id, h.wake_at, h.dispatched_at, h.state, h.reason, h.last_error,
    h.wake_at <= clock() as due
  from deal_home h
  join route r on r.id = h.route_id and r.removed_at is null and r.policy ? 'deals'
  join deal_cache d on d.deal_id = h.deal_id and d.connection_id in (r.left_id, r.right_id)
  where h.wake_at is not null)`
