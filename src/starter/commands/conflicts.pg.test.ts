import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLeft, settleIn, settleLongIn } from '../../../test/activities/in-world.ts'
import type { World } from '../../../test/histories/world.ts'
import {
  changePair,
  decidingIn,
  linkedTask,
  pairNow,
  pairOf,
  type TestDeciding,
} from '../../../test/starter/deciding.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { UserError } from '../../config/errors.ts'
import { recordAmbiguity } from '../../store/conflicts.ts'
import { inTransaction } from '../../store/database.ts'
import { list, resolve } from './conflicts.ts'

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

/** A task in step on both sides. */
beforeEach(async () => {
  await record.db`delete from conflict`
  await record.db`update pair set state = 'ok', reason = null`
  ;({ world, deciding, leftId, rightId, pair } = await linkedTask(record))
})

const settle = () => settleIn(world, record.clock)
const titles = () => [world.left.get(leftId)?.task.title, world.right.get(rightId)?.task.title]

/** Both sides edit the title; the right one is seen later, and wins where `newest` decides. */
async function bothEdit(rule: 'manual' | 'left' | 'right'): Promise<string> {
  await record.db`update route set policy = policy || ${record.db.json({ conflicts: rule })} where id = ${world.routeId}`
  world.left.edit(leftId, { title: 'Left' })
  world.right.edit(rightId, { title: 'Right' })
  await settle()
  const [row] = await record.db<{ id: string }[]>`select id from conflict where pair_id = ${pair}`
  return row?.id ?? ''
}

async function refusal(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UserError)) throw new Error(`no UserError but ${String(error)}`)
  return error
}

describe('the list', () => {
  it('has exactly the promised names', async () => {
    const id = await bothEdit('manual')
    const { json, outcome } = await list(deciding, {})
    expect(json).toEqual({
      conflicts: [
        {
          id,
          kind: 'field',
          pair,
          field: 'title',
          base: { left: 'One', right: 'One' },
          left: 'Left',
          right: 'Right',
          decision: null,
          at: expect.stringMatching(/^2026-/),
        },
      ],
      waiting: [],
      rolledBack: [],
      brokenMappings: [],
    })
    expect(outcome).toBe(3)
  })

  it('shows a person which task it is, both values, and how to answer', async () => {
    const id = await bothEdit('manual')
    const text = (await list(deciding, {})).lines.join('\n')
    expect(text).toContain(`${id}  pair ${pair} “Left”, title`)
    expect(text).toMatch(/Bare: “Left”\n.*Feed: “Right”\n.*before: “One”/)
    expect(text).toContain(`conflicts resolve ${id} left|right|base|--value <text>`)
  })

  it('has decided ones only when they are asked for', async () => {
    await bothEdit('right')
    expect((await list(deciding, {})).lines).toEqual(['Nothing waits for your decision.'])
    const { lines, outcome } = await list(deciding, { all: true })
    expect(lines[0]).toContain('decided by rule: Feed')
    expect(outcome).toBe(0)
  })
})

describe('tasks that wait, or have failed, of which nothing is asked', () => {
  it('are listed by why, each kind with what to do, and to a program one by one', async () => {
    await changePair(deciding, pair, { state: 'waiting', reason: 'needs-person' })
    const { lines, json, outcome } = await list(deciding, {})
    expect(outcome).toBe(3)
    expect(lines).toEqual([
      '1 task waits: it names no contact, or a name that none or several have',
      `      pair ${pair} “One”`,
      expect.stringMatching(/^ {6}you can: Name the contact in the task/),
    ])
    expect(json).toMatchObject({
      conflicts: [],
      waiting: [{ pair, title: 'One', state: 'waiting', reason: 'needs-person', error: null }],
    })
  })

  it('tell what the service said, and are told once where a conflict asks already', async () => {
    await changePair(deciding, pair, { state: 'error', reason: 'refused', lastError: 'No such due date' })
    expect((await list(deciding, {})).lines.slice(0, 2)).toEqual([
      '1 task has failed: the service refused it for good',
      `      pair ${pair} “One” (No such due date)`,
    ])
    await inTransaction(record.db, (tx) => recordAmbiguity(tx, pair, ['r-1']))
    expect((await list(deciding, {})).json).toMatchObject({ conflicts: [{ pair }], waiting: [] })
  })

  it('among them those of which another one could be, with the conflict that asks', async () => {
    const other = addLeft(world, 'Two')
    await settle()
    await inTransaction(record.db, (tx) => recordAmbiguity(tx, pair, [other]))
    const candidate = await pairOf(deciding, world.leftId, other)
    await changePair(deciding, candidate, { state: 'waiting', reason: 'ambiguous' })
    const [row] = await record.db<{ id: string }[]>`select id from conflict where pair_id = ${pair}`
    expect((await list(deciding, {})).lines.join('\n')).toContain(
      `1 task waits: it could be the task about which conflict ${row?.id} asks\n      pair ${candidate} “Two”`,
    )
  })
})

it('a task that was deleted on one side and edited on the other is told as such, and not answered by a value', async () => {
  world.left.delete(leftId)
  world.right.edit(rightId, { title: 'Edited' })
  await settleLongIn(world, record.clock)
  const { lines, json } = await list(deciding, { all: true })
  const text = lines.join('\n')
  expect(text).toMatch(
    /deleted on one side and edited on the other, .*: what Feed holds stays, as an edit goes before/,
  )
  expect(text).toContain('Bare: deleted; it held title “One”')
  expect(text).toContain('Feed: title “Edited”')
  expect(text).not.toContain('before: none')
  const { conflicts } = json as { conflicts: { id: string }[] }
  for (const answer of [{ choice: 'left' }, { choice: 'base' }, { value: 'yes' }]) {
    const { code, hints } = await refusal(resolve(deciding, conflicts[0]?.id ?? '', answer, { dryRun: true }))
    expect([code, hints.join()]).toEqual(['NOT_A_FIELD_CONFLICT', expect.stringContaining('undo')])
  }
})

describe('an answer to what waits', () => {
  it.each([
    ['left', { choice: 'left' }, 'Left'],
    ['right', { choice: 'right' }, 'Right'],
    ['base', { choice: 'base' }, 'One'],
    ['value', { value: 'Third' }, 'Third'],
  ])('%s gives both sides the value', async (decision, answer, title) => {
    const id = await bothEdit('manual')
    const { outcome } = await resolve(deciding, id, answer, {})
    expect(outcome).toBe(0)
    expect(deciding.woken).toEqual([pair])
    expect((await pairNow(deciding, pair)).decrees).toEqual([
      {
        kind: 'field',
        field: 'title',
        left: title,
        right: title,
        expects: { left: 'Left', right: 'Right' },
        cause: 'resolved',
      },
    ])
    const [row] = await record.db`select decision, decided_by from conflict where id = ${id}`
    expect(row).toEqual({ decision, decided_by: 'person' })
    await settle()
    expect(titles()).toEqual([title, title])
    expect(await pairNow(deciding, pair)).toMatchObject({ state: 'ok', decrees: [] })
  })

  it('says what is written where, and only shows it when it is a trial', async () => {
    const id = await bothEdit('manual')
    const { lines } = await resolve(deciding, id, { choice: 'left' }, { dryRun: true })
    expect(lines.join('\n')).toContain('  Feed: title “Right” -> “Left”')
    expect(lines.join('\n')).not.toContain('Bare: title')
    expect((await pairNow(deciding, pair)).decrees).toEqual([])
    expect(deciding.woken).toEqual([])
  })

  it('ends with 4 when nobody can be told, and stands all the same', async () => {
    const id = await bothEdit('manual')
    const alone = decidingIn(world, 4)
    expect((await resolve(alone, id, { choice: 'right' }, {})).outcome).toBe(4)
    await settle()
    expect(titles()).toEqual(['Right', 'Right'])
  })

  it('that a person overtakes by an edit does not replace that edit', async () => {
    const id = await bothEdit('manual')
    await resolve(deciding, id, { choice: 'left' }, {})
    world.right.edit(rightId, { title: 'Later' })
    await settle()
    expect(world.right.get(rightId)?.task.title).toBe('Later')
  })
})

it('turns round what a rule has decided: the value that lost is written', async () => {
  const id = await bothEdit('right')
  expect(titles()).toEqual(['Right', 'Right'])
  await resolve(deciding, id, { choice: 'left' }, {})
  await settle()
  expect(titles()).toEqual(['Left', 'Left'])
})

it('that confirms what is there writes nothing', async () => {
  const id = await bothEdit('right')
  const { lines } = await resolve(deciding, id, { choice: 'right' }, {})
  expect(lines).toContain('  Both sides hold the value already: nothing is written.')
  expect((await pairNow(deciding, pair)).decrees).toEqual([])
})

describe('a bad answer changes nothing', () => {
  it('to a field that takes other values', async () => {
    const id = await bothEdit('manual')
    const { exitCode, hints } = await refusal(resolve(deciding, id, { value: '  ' }, {}))
    expect([exitCode, hints]).toEqual([2, ['Allowed: a title of at least one letter.']])
    expect((await list(deciding, {})).outcome).toBe(3)
    expect((await pairNow(deciding, pair)).decrees).toEqual([])
  })

  it('that is no choice, or to no conflict', async () => {
    const id = await bothEdit('manual')
    expect((await refusal(resolve(deciding, id, { choice: 'middle' }, {}))).code).toBe('NO_SUCH_CHOICE')
    expect((await refusal(resolve(deciding, '999999', { choice: 'left' }, {}))).code).toBe('NO_SUCH_CONFLICT')
  })

  it('to a pair that was let go', async () => {
    const id = await bothEdit('manual')
    world.right.delete(rightId)
    await settle()
    expect((await refusal(resolve(deciding, id, { choice: 'left' }, {}))).code).toBe('NOT_LINKED')
  })
})

describe('a create that may be any of several tasks', () => {
  beforeEach(async () => {
    await inTransaction(record.db, (tx) => recordAmbiguity(tx, pair, ['r-1', 'r-2']))
  })

  it('is listed with those that it may be, and what to do', async () => {
    const { lines, json } = await list(deciding, {})
    expect(lines.join('\n')).toMatch(
      /several tasks could be it; waits for you\n.* it may be:\n +r-1\n +r-2\n.*conflicts resolve \d+ <task>/,
    )
    expect(json).toMatchObject({
      conflicts: [{ kind: 'ambiguous', field: null, base: { candidates: ['r-1', 'r-2'] } }],
    })
  })

  it('is listed with title, date and contact of all of them, as far as they are known', async () => {
    await record.db`delete from conflict`
    const other = addLeft(world, 'Two')
    await settle()
    const asked = await pairOf(deciding, world.leftId, other)
    const [copy] = world.right.alive().filter(({ task }) => task.title === 'Two')
    world.right.edit(copy?.id ?? '', { due: { kind: 'day', day: '2026-12-04' } })
    await settle()
    await record.db`delete from pair_member where pair_id = ${asked} and side = 'right'`
    await inTransaction(record.db, (tx) => recordAmbiguity(tx, asked, [copy?.id ?? '', 'r-9']))
    const { lines } = await list(deciding, {})
    expect(lines.slice(1, 4)).toEqual([
      expect.stringMatching(`Bare: ${other} “Two”.*, p1; in Feed it may be:`),
      expect.stringMatching(`^ {8}${copy?.id} “Two”, due 2026-12-04`),
      '        r-9',
    ])
  })

  it('is answered with a task, or with none, and with nothing else', async () => {
    const [row] = await record.db<{ id: string }[]>`select id from conflict where pair_id = ${pair}`
    const { exitCode, message } = await refusal(resolve(deciding, row?.id ?? '', { choice: 'left' }, {}))
    expect(exitCode).toBe(2)
    expect(message).toContain('left')
    await record.db`update pair set state = 'waiting', reason = 'ambiguous', memory = 'new' where id = ${pair}`
    await record.db`delete from pair_member where pair_id = ${pair} and side = 'right'`
    const done = await resolve(deciding, row?.id ?? '', { choice: 'none' }, {})
    expect(done.lines.join(' ')).toMatch(/It is a task of its own\..*status --wait.*explain pair/)
    expect(await record.db`select decision, decided_by from conflict where pair_id = ${pair}`).toEqual([
      { decision: 'none', decided_by: 'person' },
    ])
  })
})
