import { afterAll, beforeAll, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../../test/activities/in-world.ts'
import { testWorker } from '../../../test/histories/worker.ts'
import { makeWorld, TIMING } from '../../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import { claimOps, opsById } from '../../store/ops.ts'
import { plan } from '../plan.ts'
import { read } from '../read.ts'
import { write } from '../write.ts'
import type { PlanOutput } from './draft.ts'

/** Shorter than looks count for, so that it is the deadline that makes one too old. */
const DEADLINE_MS = 10_000

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

/** A task that is in step, of which an edit on one side has been sent to the other, and nobody knows what became of it. */
async function inFlight(edited: Side = 'left') {
  const planned = await justPlanned(edited)
  await record.db.begin((tx) => claimOps(tx, planned.ids, { deadlineMs: DEADLINE_MS, freshMs: 5_000 }))
  return planned
}

async function justPlanned(edited: Side) {
  const target = otherSide(edited)
  const world = await makeWorld(record.db, record.clock)
  const deps = plainDeps(world)
  addLeft(world, 'One')
  await settleIn(world, record.clock)
  await record.clock.advance(60_000)
  const members = await record.db<{ id: string; side: Side; remoteId: string }[]>`
    select pair.id, m.side, m.remote_id as "remoteId" from pair join pair_member m on m.pair_id = pair.id
    where pair.route_id = ${world.routeId}`
  const idOf = (side: Side) => members.find((one) => one.side === side)?.remoteId ?? ''
  world[edited].edit(idOf(edited), { title: 'Two' })
  await testWorker(world, async () => undefined).pull(edited, 'incremental')
  const pairIds = [members[0]?.id ?? '']
  const readAll = async ({ reads }: PlanOutput) => {
    for (const call of reads) await read(deps, { ...call, priority: 'change' }, new AbortController().signal)
  }
  const first = await plan(deps, { pairIds })
  await readAll(first)
  const ids = opIds(await plan(deps, { pairIds, since: first.since }))
  expect(ids).toHaveLength(1)
  return { world, deps, pairIds, ids, readAll, remoteId: idOf(target), sourceId: idOf(edited) }
}

const opIds = ({ writes }: PlanOutput) => writes.flatMap((call) => call.opIds)

it('an edit in flight is left alone until it must have ended, and then only a later look says what it did', async () => {
  const { world, deps, pairIds, ids, readAll } = await inFlight()

  // Another attempt, which looks at the task while the call may still arrive.
  await record.clock.advance(10)
  const { since, ...during } = await plan(deps, { pairIds })
  expect(during).toMatchObject({ reads: [], writes: [] })
  expect(await opsById(record.db, ids)).toMatchObject([{ status: 'sent' }])
  const look = { connectionId: world.rightId, pairIds, direct: true, plannedAt: since } as const
  await read(deps, { ...look, priority: 'change' }, new AbortController().signal)

  await record.clock.advance(DEADLINE_MS)
  const after = await plan(deps, { pairIds, since })
  expect(after).toMatchObject({ reads: [{ connectionId: world.rightId }], writes: [] })
  await readAll(after)
  expect(opIds(await plan(deps, { pairIds, since }))).toEqual(ids)
})

it('an edit that may be sent again is planned anew where its block would bury what a user has typed into it', async () => {
  const { world, deps, pairIds, ids, readAll, remoteId } = await inFlight()
  await record.clock.advance(DEADLINE_MS)
  world.right.beside(remoteId, { block: [...(world.right.get(remoteId)?.block ?? []), 'typed inside'] })
  const { since, ...later } = await plan(deps, { pairIds })
  await readAll({ since, ...later })
  const again = opIds(await plan(deps, { pairIds, since }))
  expect(again).not.toEqual(ids)
  expect(await opsById(record.db, ids)).toMatchObject([{ status: 'refused', error: { kind: 'overtaken' } }])
  expect(await opsById(record.db, again)).toMatchObject([{ after: { title: 'Two', notes: 'typed inside' } }])
})

it('an edit that arrived unheard, and was taken back by its user, is not sent again: what he did is an edit', async () => {
  const { world, deps, pairIds, ids, readAll, remoteId, sourceId } = await inFlight('right')
  world.left.edit(remoteId, { title: 'Two' })
  await record.clock.advance(2_000)
  world.left.edit(remoteId, { title: 'One' })
  await record.clock.advance(DEADLINE_MS)
  const { since, ...later } = await plan(deps, { pairIds })
  await readAll({ since, ...later })
  expect(opIds(await plan(deps, { pairIds, since }))).toEqual([])
  expect(await opsById(record.db, ids)).toMatchObject([{ status: 'confirmed' }])
  await record.clock.advance(TIMING.staleReadMs)
  await settleIn(world, record.clock)
  expect(world.left.get(remoteId)?.task.title).toBe('One')
  expect(world.right.get(sourceId)?.task.title).toBe('One')
  // Nobody can be certain; so what the other side has lost is kept.
  expect(
    await record.db`select field, "left", "right", decision from conflict where pair_id = ${pairIds[0] ?? ''}`,
  ).toEqual([{ field: 'title', left: 'One', right: 'Two', decision: 'left' }])
})

it('an edit whose target nobody has touched is sent again', async () => {
  const { world, deps, pairIds, ids, readAll, remoteId } = await inFlight('right')
  await record.clock.advance(DEADLINE_MS)
  const { since, ...later } = await plan(deps, { pairIds })
  await readAll({ since, ...later })
  expect(opIds(await plan(deps, { pairIds, since }))).toEqual(ids)
  expect(world.left.get(remoteId)?.task.title).toBe('One')
})

it('an edit that a pull has seen since a write was planned is known before the write leaves: it is planned anew', async () => {
  const { world, deps, pairIds, ids, remoteId } = await justPlanned('left')
  await record.clock.advance(100)
  world.right.edit(remoteId, { title: 'Three' })
  await testWorker(world, async () => undefined).pull('right', 'incremental')
  const input = { connectionId: world.rightId, opIds: ids, priority: 'change' } as const
  expect(await write(deps, input, new AbortController().signal)).toMatchObject({
    stale: true,
    pending: pairIds,
  })
  expect(world.right.get(remoteId)?.task.title).toBe('Three')
  await settleIn(world, record.clock)
  expect(await opsById(record.db, ids)).toMatchObject([{ status: 'refused', error: { kind: 'replanned' } }])
})
