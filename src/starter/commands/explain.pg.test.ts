import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, settleIn } from '../../../test/activities/in-world.ts'
import type { World } from '../../../test/histories/world.ts'
import { changePair, linkedTask, type TestDeciding } from '../../../test/starter/deciding.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { plusMs } from '../../core/db-time.ts'
import { SKIP_REASONS } from '../../core/decision.ts'
import { setConnectionState } from '../../store/connections.ts'
import { setRouteState } from '../../store/routes.ts'
import { add as addOwn } from '../local/task-writes.ts'
import { reasonWords } from '../reason-words.ts'
import { explain } from './explain.ts'
import { override } from './override.ts'

let record: TestRecord
let world: World
let deciding: TestDeciding
let leftId: string
let rightId: string
let pair: string

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

beforeEach(async () => {
  ;({ world, deciding, leftId, rightId, pair } = await linkedTask(record))
})

const text = async (reference: string) => (await explain(deciding, reference)).lines.join('\n')

describe('a task that is known', () => {
  it('is found by its pair and by its id on either side, with what was last written and what is next', async () => {
    const said = await text(`pair/${pair}`)
    expect(await text(leftId)).toBe(said)
    expect(await text(rightId)).toBe(said)
    expect(said).toContain(`pair ${pair} “One”, route `)
    expect(said).toContain(`Bare: task ${leftId}, there at`)
    expect(said).toContain(`Feed: task ${rightId}, there at`)
    expect(said).toMatch(/Feed: made, title “One”.*because there is such a task in Bare/)
    expect(said).toContain('next: nothing, until it changes on either side')
    expect((await explain(deciding, leftId)).outcome).toBe(0)
  })

  it('of our own lists is found by the digits of its id that are shown', async () => {
    const [task] = (
      (await addOwn({ deps: deciding.deps, nudge: async () => 0 }, 'Mine', {})).json as {
        tasks: { id: string }[]
      }
    ).tasks
    const id = task?.id ?? ''
    const { db } = record
    await db`update remote_task set remote_id = ${id} where connection_id = ${world.leftId} and remote_id = ${leftId}`
    await db`update pair_member set remote_id = ${id} where pair_id = ${pair} and side = 'left'`
    const [was] = await db<{ provider: string }[]>`select provider from connection where id = ${world.leftId}`
    await db`update connection set provider = 'local' where id = ${world.leftId}`
    const { deps } = deciding
    const provider = deps.providers.get(was?.provider ?? '')
    if (provider === undefined) throw new Error('the world has no such provider')
    const providers = new Map([...deps.providers, ['local', provider]])
    const explained = (text: string) => explain({ ...deciding, deps: { ...deps, providers } }, text)
    const full = await explained(id)
    expect(full.lines[0]).toContain(`pair ${pair}`)
    expect(await explained(id.slice(0, 8))).toEqual(full)
    expect(await explained(`local/task/${id.slice(0, 8)}`)).toEqual(full)
    await addOwn({ deps, nudge: async () => 0 }, 'Other', {})
    await db`update task set id = ('abcd0000' || substr(id::text, 9))::uuid`
    await expect(explained('abcd0000')).rejects.toMatchObject({ code: 'SEVERAL_TASKS', exitCode: 2 })
  })

  it('has it all as one document for programs', async () => {
    await override(deciding, pair, 'title', {})
    const { json } = await explain(deciding, leftId)
    expect(json).toMatchObject({
      tasks: [
        {
          pair,
          memory: 'linked',
          state: 'ok',
          reason: null,
          left: { remoteId: leftId, presence: 'present', outside: null, task: { title: 'One' } },
          right: { remoteId: rightId },
          overrides: ['title'],
          ops: [{ verb: 'create', side: 'right', cause: 'new-task', before: null }],
          next: { kind: 'now' },
        },
      ],
      outside: [],
    })
  })

  it('that left what is kept in step says which rule keeps it out, and what to do', async () => {
    await record.db`update remote_task set seen = jsonb_set(seen || '{"container":"x"}', '{task,list}', '"x"'),
      changed_seq = changed_seq + 1 where remote_id = ${rightId}`
    expect(await text(rightId)).toContain('it lies in a project that is none of ours')
    world.right.decorate(rightId, { labels: [] })
    await changePair(deciding, pair, { memory: 'unlinked', reason: 'out-of-scope' })
    expect(await text(pair)).toMatch(/let go: .*it left what is kept in step[\s\S]*you can: Move it back/)
  })

  it('that was never made on the other side, and is none to be made, is on one side only', async () => {
    await changePair(deciding, pair, { memory: 'new', reason: 'out-of-scope' })
    expect(await text(pair)).toContain('on one side only: it left what is kept in step')
    await changePair(deciding, pair, { memory: 'new', reason: null })
    expect(await text(pair)).toContain('on one side, to be made on the other')
    await changePair(deciding, pair, { memory: 'new', state: 'waiting', reason: 'needs-person' })
    expect(await text(pair)).toContain('on one side, to be made on the other; it waits: it names no contact')
  })

  it('tells times in the zone of its route, and says so', async () => {
    await record.db`update route set policy = policy || '{"zone":"America/New_York"}' where id = ${world.routeId}`
    world.left.edit(leftId, { due: { kind: 'fixed', at: '2026-12-24T20:30:00Z', zone: null } })
    await settleIn(world, record.clock)
    const said = await text(pair)
    expect(said).toMatch(/^Times are those of America\/New_York\.\n/)
    expect(said).toMatch(/Bare: task .*\n.*due 2026-12-24 15:30/)
    expect(said).toMatch(/Feed: task .*\n.*due 2026-12-24 15:30/)
  })

  it('on two routes has each told in its own zone, where these differ', async () => {
    await record.db`update route set policy = policy || '{"zone":"America/New_York"}' where id = ${world.routeId}`
    const other = await linkedTask(record)
    await record.db`update route set policy = policy || '{"zone":"UTC"}' where id = ${other.world.routeId}`
    await record.db`update pair_member set remote_id = ${leftId} where pair_id = ${other.pair} and side = 'left'`
    const providers = new Map([...deciding.deps.providers, ...other.deciding.deps.providers])
    const both = { ...deciding, deps: { ...deciding.deps, providers } }
    const said = (await explain(both, leftId)).lines.join('\n')
    expect(said.match(/^Times are.*|^pair \d+/gmu)).toEqual([
      'Times are those of America/New_York.',
      `pair ${pair}`,
      'Times are those of UTC.',
      `pair ${other.pair}`,
    ])
  })

  it('that waits ends with 3, and says for what', async () => {
    await changePair(deciding, pair, { state: 'error', lastError: 'The title is too long' })
    const { lines, outcome } = await explain(deciding, `pair/${pair}`)
    expect(outcome).toBe(3)
    expect(lines.join('\n')).toMatch(/it has failed \(The title is too long\)[\s\S]*--name retry/)
  })

  it.each([
    [
      'its route rests',
      () => setRouteState(record.db, world.routeId, 'paused'),
      /nothing while route .* is paused/,
    ],
    [
      'a key is refused',
      () => setConnectionState(record.db, world.leftId, 'auth-failed', null),
      /nothing while connection bare-\d+ is auth-failed/,
    ],
  ])('says that nothing happens while %s', async (_, happen, words) => {
    await happen()
    expect(await text(pair)).toMatch(words)
  })

  it('says when it is looked at again', async () => {
    await changePair(deciding, pair, { wakeAt: plusMs(record.clock.iso, 3_600_000) })
    expect(await text(pair)).toMatch(/next: it is looked at again at 20/)
  })
})

describe('a task that is in no pair', () => {
  const stray = (given: Partial<Parameters<World['right']['create']>[0]> = {}) =>
    world.right.create({
      fields: { title: 'Stray' },
      person: null,
      container: null,
      marker: null,
      madeBy: 'user',
      ...given,
    })

  it('is asked for at the services, which say why it is left alone', async () => {
    const { lines, outcome } = await explain(deciding, stray())
    expect(lines.join('\n')).toMatch(
      /“Stray”\n.*does not keep it in step: it lies in a project that is none of ours/,
    )
    expect(outcome).toBe(0)
  })

  it('and would be taken in, says so', async () => {
    const general = world.right.alive().find(({ id }) => id === rightId)?.container ?? null
    expect(await text(stray({ container: general }))).toContain('it was not seen yet')
  })

  it('of a route whose first sync is not confirmed, says how to begin it', async () => {
    const general = world.right.alive().find(({ id }) => id === rightId)?.container ?? null
    await setRouteState(record.db, world.routeId, 'draft')
    expect(await text(stray({ container: general }))).toMatch(/run "npx dealbridge route start route-\d+"/)
  })

  it('and belongs to nobody, says so', async () => {
    const id = world.left.create({
      fields: { title: 'Nobody’s' },
      person: null,
      container: null,
      marker: null,
      madeBy: 'user',
    })
    expect(await text(id)).toContain('it belongs to no person')
  })

  it('and was completed before it was known, says so', async () => {
    const id = addLeft(world, 'Done')
    world.left.edit(id, { completed: true })
    expect(await text(id)).toContain('it was completed before it was known')
  })

  it('and is nowhere, ends with 2', async () => {
    const { lines, outcome } = await explain(deciding, '987654321')
    expect([lines[0], outcome]).toEqual(['Nobody knows 987654321.', 2])
  })

  it('and is no id at all, is refused', async () => {
    await expect(explain(deciding, 'Call Dana')).rejects.toMatchObject({ code: 'NOT_A_TASK', exitCode: 2 })
  })
})

it.each(SKIP_REASONS)('says why a pair is left alone, and what to do: %s', (reason) => {
  const { why, todo } = reasonWords(reason, '81')
  expect(why).toMatch(/^[a-z].*[^.]$/)
  expect(todo).toMatch(/^["A-Z].*(?:\.|--name retry)$/)
})
