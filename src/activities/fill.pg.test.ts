import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, plainDeps, settleIn } from '../../test/activities/in-world.ts'
import { asDraft, fillSteps, runFill } from '../../test/histories/first-sync.ts'
import { Killed, random, Scheduler } from '../../test/histories/scheduler.ts'
import { testWorker } from '../../test/histories/worker.ts'
import { GENERAL, makeWorld, type World } from '../../test/histories/world.ts'
import { openTestRecord, type TestRecord } from '../../test/store/record.ts'
import { day } from '../core/due.ts'
import { setConnectionState } from '../store/connections.ts'
import { inTransaction } from '../store/database.ts'
import { matchAgain, pauseRoute, resumeRoute, routeById, setRouteState } from '../store/routes.ts'
import { fillProgress } from '../store/status.ts'
import { fill } from '../workflows/fill.ts'
import { activate, beginFill, nextFill } from './fill.ts'

let record: TestRecord
let world: World

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  world = await makeWorld(record.db, record.clock)
  await asDraft(record.db, world)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const free = async () => undefined
const onRight = (title: string, given: { readonly marker?: string; readonly due?: string } = {}) =>
  world.right.create({
    fields: { title, due: given.due === undefined ? null : day(given.due) },
    person: null,
    container: world.right.container(GENERAL),
    marker: given.marker ?? null,
    madeBy: 'user',
  })
const titles = (side: 'left' | 'right') =>
  world[side]
    .alive()
    .map((one) => one.task.title)
    .sort()
const settle = () => settleIn(world, record.clock)
const state = async () => (await routeById(record.db, world.routeId)).state
const pairs = () => record.db<{ memory: string; state: string; reason: string | null }[]>`
  select memory, state, reason from pair where route_id = ${world.routeId} order by id`

describe('a first sync', () => {
  it('links what is on both sides by its words, and makes the rest on the other side', async () => {
    addLeft(world, 'On both')
    onRight('On both person:p1')
    addLeft(world, 'Left only')
    onRight('Right only person:p2')
    await runFill(world, free)
    expect(titles('left')).toEqual(['Left only', 'On both', 'Right only'])
    expect(titles('right')).toEqual(['Left only', 'On both', 'Right only'])
    const written = world.left.changes + world.right.changes
    await runFill(world, free)
    await settle()
    expect(world.left.changes + world.right.changes).toBe(written)
  })

  it('owns the tasks that nobody knows as long as it matches: no pull passes one', async () => {
    await setRouteState(record.db, world.routeId, 'matching')
    addLeft(world, 'One')
    onRight('Two person:p1')
    const worker = testWorker(world, free)
    for (const side of ['left', 'right'] as const)
      for (const mode of ['complete', 'incremental'] as const) await worker.pull(side, mode)
    expect(await pairs()).toEqual([])
    await activate(plainDeps(world), { routeId: world.routeId })
    expect(await pairs()).toHaveLength(2)
  })

  it('tells how far it is, also to whoever goes on with it', async () => {
    for (let n = 0; n < 3; n += 1) addLeft(world, `Task ${n}`)
    for (const _ of [1, 2]) onRight('Same person:p1')
    addLeft(world, 'Same')
    const steps = fillSteps(world, free, async () => undefined)
    const stopped = new Error('killed')
    const settleNone = async () => {
      throw stopped
    }
    // Of the two that settle one has nothing to do, so that nobody is left at work when the other is killed.
    let asked = 0
    const next = async () => {
      asked += 1
      return asked === 1 ? steps.next(true) : { pairIds: [] }
    }
    await expect(fill({ ...steps, next, settle: settleNone }, () => undefined)).rejects.toBe(stopped)
    const progress = () => fillProgress(record.db, world.routeId)
    expect(await progress()).toEqual({ pairs: 6, pending: 3, waiting: 3, leftOut: 0 })
    await record.clock.advance(21_000)
    await runFill(world, free)
    expect(await progress()).toEqual({ pairs: 6, pending: 0, waiting: 3, leftOut: 0 })
  })

  it('matches again what was mapped while it settled, and is done only then', async () => {
    addLeft(world, 'First')
    const steps = fillSteps(world, free, async () => Promise.reject(new Error('the first sync waits')))
    const attempts: number[] = []
    let mapped = false
    const settleAndMap = async (pairIds: readonly string[]) => {
      if (!mapped) {
        addLeft(world, 'On both')
        onRight('On both person:p1')
        await inTransaction(record.db, (tx) => matchAgain(tx, world.routeId))
      }
      mapped = true
      return steps.settle(pairIds)
    }
    const pull = (connectionId: string, attempt: number) => {
      attempts.push(attempt)
      return steps.pull(connectionId, attempt)
    }
    await fill({ ...steps, pull, settle: settleAndMap }, () => undefined)
    // Each look has a name of its own, or it would be taken for the one before.
    expect(attempts).toEqual([0, 0, 1, 1])
    // What the first batch had taken up is free when its lease is over.
    await record.clock.advance(21_000)
    await settle()
    expect([titles('left'), titles('right')]).toEqual([
      ['First', 'On both'],
      ['First', 'On both'],
    ])
    expect(await routeById(record.db, world.routeId)).toMatchObject({ state: 'active' })
    expect((await routeById(record.db, world.routeId)).filledAt).not.toBeNull()
  })

  it('is not done when more lists are mapped at its very end', async () => {
    const steps = fillSteps(world, free, async () => undefined)
    let ends = 0
    const finish = async () => {
      ends += 1
      if (ends === 1) await inTransaction(record.db, (tx) => matchAgain(tx, world.routeId))
      return steps.finish()
    }
    await fill({ ...steps, finish }, () => undefined)
    expect([ends, await state()]).toEqual([2, 'active'])
  })

  it('that is run twice matches once: what comes later is new, whatever the policy', async () => {
    await asDraft(record.db, world, { kind: 'none' })
    await runFill(world, free)
    addLeft(world, 'Later')
    await testWorker(world, free).pull('left', 'incremental')
    expect(await activate(plainDeps(world), { routeId: world.routeId })).toEqual({ linked: 0, held: false })
    await settle()
    expect(titles('right')).toEqual(['Later'])
  })
})

describe('a policy', () => {
  it('of none leaves what is on one side only as it is, and links what is on both', async () => {
    await asDraft(record.db, world, { kind: 'none' })
    addLeft(world, 'On both')
    onRight('On both person:p1')
    addLeft(world, 'Left only')
    onRight('Right only person:p2')
    await runFill(world, free)
    await settle()
    expect(titles('left')).toEqual(['Left only', 'On both'])
    expect(titles('right')).toEqual(['On both', 'Right only person:p2'])
    const known = (await pairs()).filter((pair) => pair.reason === 'known-before')
    expect(known.map((pair) => pair.memory)).toEqual(['unlinked', 'unlinked'])
    expect(await fillProgress(record.db, world.routeId)).toEqual({
      pairs: 1,
      pending: 0,
      waiting: 0,
      leftOut: 2,
    })
    expect(await record.db`select from pending where route_id = ${world.routeId}`).toHaveLength(0)
  })

  it('of those due since some days leaves out what is overdue by more', async () => {
    await asDraft(record.db, world, { kind: 'dueSince', days: 2 })
    const due = (text: string | null) =>
      world.left.create({
        fields: { title: `${text}`, due: text === null ? null : day(text) },
        person: 'p1',
        container: null,
        marker: null,
        madeBy: 'user',
      })
    const today = record.clock.iso.slice(0, 10)
    const ago = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10)
    for (const text of [null, ago(2), ago(3), ago(-3)]) due(text)
    await runFill(world, free)
    expect(titles('right')).toEqual([ago(2), ago(-3), 'null'])
  })

  it('does not keep out what its user edits later; ticking it off is no edit', async () => {
    await asDraft(record.db, world, { kind: 'none' })
    const ids = ['Old', 'Done', 'Quiet'].map((title) => addLeft(world, title))
    const [old = '', done = ''] = ids
    await runFill(world, free)
    world.left.edit(done, { completed: true })
    await settle()
    world.left.edit(done, { completed: false })
    await settle()
    expect(titles('right')).toEqual([])
    world.left.edit(old, { title: 'Old, but wanted' })
    await settle()
    expect(titles('right')).toEqual(['Old, but wanted'])
    world.left.edit(old, { due: day('2027-02-01') })
    await settle()
    expect(world.right.alive()[0]?.task.due).toEqual(day('2027-02-01'))
  })

  it('does not make a second one of what turns up with its marker', async () => {
    await asDraft(record.db, world, { kind: 'none' })
    const id = addLeft(world, 'Old')
    await runFill(world, free)
    onRight('Old', { marker: await markerOf(id) })
    await settle()
    expect([titles('left'), titles('right')]).toEqual([['Old'], ['Old']])
    expect(await pairs()).toMatchObject([{ memory: 'linked', reason: null }])
  })
})

async function markerOf(leftId: string): Promise<string> {
  const [row] = await record.db<{ provider: string }[]>`
    select provider from connection where id = ${world.leftId}`
  return `${row?.provider}/task/${leftId}`
}

describe('a first sync that is stopped', () => {
  const SEEDS = Array.from({ length: 5 }, (_, n) => n + 1)

  it.each(SEEDS)('between any two steps, again and again, goes on where it was (seed %i)', async (seed) => {
    const rng = random(seed)
    for (let n = 0; n < 6; n += 1) {
      addLeft(world, `Left ${n}`)
      onRight(`Right ${n} person:p${n % 2}`)
      addLeft(world, `Both ${n}`)
      onRight(`Both ${n} person:p1`)
    }
    for (const left of ['Same', 'Same']) addLeft(world, left)
    onRight('Same person:p1')
    world.faults.next = (call) =>
      rng() < 0.1 ? (call === 'write' ? 'reply-lost' : call === 'pull' ? 'refused' : null) : null
    const scheduler = new Scheduler(rng, 0.08)
    let kills = 0
    const actor = (name: string) => async () => {
      for (let done = false; !done; ) {
        try {
          await runFill(
            world,
            () => scheduler.turn(name),
            async () => {
              await scheduler.turn(name, false)
            },
          )
          done = true
        } catch (error) {
          if (!(error instanceof Killed)) throw error
          kills += 1
        }
      }
    }
    await scheduler.run([actor('a'), actor('b')], () => record.clock.advance(5_000))
    world.faults.next = () => null
    expect((await routeById(record.db, world.routeId)).filledAt).not.toBeNull()
    for (let n = 0; n < 4; n += 1) {
      await record.clock.advance(61_000)
      await settle()
    }
    expect(kills).toBeGreaterThan(0)
    const expected = Array.from({ length: 6 }, (_, n) => [`Both ${n}`, `Left ${n}`, `Right ${n}`])
      .flat()
      .sort()
    expect(titles('left')).toEqual([...expected, 'Same', 'Same'].sort())
    expect(titles('right')).toEqual([...expected, 'Same person:p1'].sort())
    expect((await pairs()).filter((pair) => pair.state === 'waiting')).toHaveLength(3)
  })
})

describe('a route that does not work', () => {
  it('paused while it matches is matching again when it is resumed, and has not taken its tasks for new', async () => {
    addLeft(world, 'On both')
    onRight('On both person:p1')
    const rests: number[] = []
    const steps = fillSteps(world, free, async (inARow) => {
      rests.push(inARow)
      expect(await activate(plainDeps(world), { routeId: world.routeId })).toMatchObject({ held: true })
      await settle()
      expect(await pairs()).toEqual([])
      if (rests.length === 3) await resumeRoute(record.db, world.routeId)
    })
    const activateNow = steps.activate
    await fill(
      {
        ...steps,
        async activate() {
          if (rests.length === 0) await pauseRoute(record.db, world.routeId)
          return activateNow()
        },
      },
      () => undefined,
    )
    expect(rests).toEqual([0, 1, 2])
    expect([titles('left'), titles('right')]).toEqual([['On both'], ['On both']])
    expect(await state()).toBe('active')
  })

  it('paused while it settles is active again when it is resumed, and is not called done before', async () => {
    for (let n = 0; n < 3; n += 1) addLeft(world, `Task ${n}`)
    const stages: string[] = []
    let rests = 0
    const steps = fillSteps(world, free, async () => {
      // Both that settle are held up; the first of them to rest looks.
      rests += 1
      if (rests > 1) return
      expect(world.right.alive()).toEqual([])
      expect((await routeById(record.db, world.routeId)).filledAt).toBeNull()
      await resumeRoute(record.db, world.routeId)
    })
    await fill(
      {
        ...steps,
        async activate() {
          const done = await steps.activate()
          await pauseRoute(record.db, world.routeId)
          return done
        },
      },
      (stage) => stages.push(stage),
    )
    expect(stages.slice(0, 3)).toEqual(['pulling', 'matching', 'waiting'])
    expect(titles('right')).toEqual(['Task 0', 'Task 1', 'Task 2'])
  })

  it.each(['auth-failed', 'unreachable', 'paused'] as const)(
    'because a connection is %s: it waits, takes up nothing, and goes on',
    async (trouble) => {
      addLeft(world, 'One')
      await setConnectionState(record.db, world.rightId, trouble, null)
      expect(await beginFill(plainDeps(world), { routeId: world.routeId })).toMatchObject({ held: true })
      const rested: number[] = []
      await runFill(world, free, async (inARow) => {
        rested.push(inARow)
        if (inARow === 1) await setConnectionState(record.db, world.rightId, 'ok', null)
      })
      expect(rested).toEqual([0, 1])
      expect(titles('right')).toEqual(['One'])
    },
  )

  it('gives out nothing under a lease that nobody would work on', async () => {
    addLeft(world, 'One')
    await setRouteState(record.db, world.routeId, 'matching')
    await testWorker(world, free).pull('left', 'complete')
    await activate(plainDeps(world), { routeId: world.routeId })
    await pauseRoute(record.db, world.routeId)
    expect(await nextFill(plainDeps(world), { routeId: world.routeId })).toEqual({ pairIds: [], held: true })
    expect(
      await record.db`select from pair where route_id = ${world.routeId} and dispatched_at is not null`,
    ).toHaveLength(0)
    await resumeRoute(record.db, world.routeId)
    expect((await nextFill(plainDeps(world), { routeId: world.routeId })).pairIds).toHaveLength(1)
  })

  it('a batch that met trouble is taken up again, and the first sync is not done before', async () => {
    for (let n = 0; n < 3; n += 1) addLeft(world, `Task ${n}`)
    let refused = 0
    world.faults.next = (call) => (call === 'write' && refused++ < 3 ? 'refused' : null)
    await runFill(world, free, () => record.clock.advance(21_000))
    expect(refused).toBeGreaterThan(3)
    expect(titles('right')).toEqual(['Task 0', 'Task 1', 'Task 2'])
  })
})

it('a pause that finds nothing at work changes nothing, nor does a resume', async () => {
  expect(await pauseRoute(record.db, world.routeId)).toBe(false)
  expect(await resumeRoute(record.db, world.routeId)).toBe(false)
  expect(await state()).toBe('draft')
  await setRouteState(record.db, world.routeId, 'active')
  expect(await pauseRoute(record.db, world.routeId)).toBe(true)
  expect(await pauseRoute(record.db, world.routeId)).toBe(false)
  expect(await state()).toBe('paused')
  expect(await resumeRoute(record.db, world.routeId)).toBe(true)
  expect(await state()).toBe('active')
})
