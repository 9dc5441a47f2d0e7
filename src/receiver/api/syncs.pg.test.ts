import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ApiBed, openApiBed } from '../../../test/receiver/api.ts'
import { closeSync, openSync } from '../../store/syncs.ts'
import type { ShownSync } from './administration-schemas.ts'

let bed: ApiBed
let route: string
const PUSH = 'sync/todoist'
const OLD = '0190f3a0-0000-7000-8000-000000000001'

beforeEach(async () => {
  bed = await openApiBed()
  route = await newRoute()
})
afterEach(() => bed[Symbol.asyncDispose]())

async function newRoute(): Promise<string> {
  const [row] = await bed.db<{ id: string }[]>`
    with c as (
      insert into connection (name, provider, base_url, credentials, poll_seconds)
      values ('mine', 'local', 'local:', 'none', 30), ('there', 'todoist', 'http://127.0.0.1:9', 'none', 30)
      returning id, name)
    insert into route (name, left_id, right_id, policy, state)
    select 'push', l.id, r.id, '{"direction": "toRight"}', 'active' from c l, c r where l.name = 'mine' and r.name = 'there'
    returning id`
  return row?.id ?? ''
}

/** A pair whose write to the right was refused so many minutes ago. */
async function refusal(task: string, minutes: number, state: 'ok' | 'error'): Promise<void> {
  await bed.db`
    with p as (
      insert into pair (route_id, origin, state) values (${route}, 'left', ${state}) returning id, route_id),
    m as (
      insert into pair_member (route_id, connection_id, remote_id, pair_id, side)
      select r.id, r.left_id, ${task}, p.id, 'left' from p join route r on r.id = p.route_id)
    insert into op (route_id, subject, subject_id, side, connection_id, verb, after, cause, steps, status, plan_id,
      planned_version, closed_at, error)
    select r.id, 'pair', p.id, 'right', r.right_id, 'create', '{}', 'change', '[]', 'refused', gen_random_uuid(), 0,
      clock() - ${minutes} * interval '1 minute', '{"kind": "invalid", "message": "It is full", "hint": null}'
    from p join route r on r.id = p.route_id`
}

const told = async (id: string) => (await bed.call<ShownSync>('GET', `/syncs/${id}`)).body
const age = (id: string, began: number, ended: number) =>
  bed.db`
    update sync_run set began_at = clock() - ${began} * interval '1 minute', ended_at = clock() - ${ended} * interval '1 minute'
    where id = ${id}`

it('a sync is told of from the moment that it was asked for, before anybody has begun it', async () => {
  const { body } = await bed.call<{ runId: string; workflowId: string }>('POST', `/routes/${route}/sync`)
  expect(await told(body.runId)).toMatchObject({
    id: body.runId,
    workflowId: `sync/route/${route}`,
    state: 'running',
    endedAt: null,
    outcome: null,
    routes: [route],
    written: { created: 0 },
    errors: [],
  })
  // Whoever begins it goes on with the same one.
  const begun = await openSync(bed.db, body)
  await closeSync(bed.db, begun, {
    outcome: 'held',
    trouble: [{ kind: 'route', id: route, state: 'paused' }],
  })
  expect(await told(body.runId)).toMatchObject({
    state: 'ended',
    outcome: 'held',
    trouble: [{ kind: 'route', id: route, state: 'paused' }],
  })
})

it('one that has ended keeps to what was refused in its time, and to what still waits', async () => {
  await refusal('before', 90, 'ok')
  await refusal('in-its-time', 50, 'ok')
  await refusal('after', 10, 'ok')
  await refusal('waits', 90, 'error')
  const id = await openSync(bed.db, { workflowId: PUSH, runId: OLD })
  await closeSync(bed.db, id, { outcome: 'settled', trouble: [] })
  await age(id, 60, 30)
  const { errors, written } = await told(OLD)
  expect(errors.map(({ left, state, message }) => [left, state, message])).toEqual([
    ['in-its-time', 'ok', 'It is full'],
    ['waits', 'error', 'It is full'],
  ])
  expect(written.refused).toBe(1)
})

it('one whose workflow runs no more, or was asked for anew, is lost', async () => {
  await openSync(bed.db, { workflowId: PUSH, runId: OLD })
  expect((await told(OLD)).state).toBe('lost')
  const { body } = await bed.call<{ runId: string }>('POST', '/sync/todoist')
  expect([(await told(OLD)).state, (await told(body.runId)).state]).toEqual(['lost', 'running'])
})

it.each(['none', '1', OLD])('an id that no sync has is not found: %s', async (id) => {
  expect(await bed.call('GET', `/syncs/${id}`)).toMatchObject({
    status: 404,
    body: { type: 'urn:dealbridge:problem:not-found' },
  })
})
