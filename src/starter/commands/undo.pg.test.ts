import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { addLeft, settleIn, settleLongIn } from '../../../test/activities/in-world.ts'
import { GENERAL, type World } from '../../../test/histories/world.ts'
import { changePair, linkedTask, pairNow, pairOf, type TestDeciding } from '../../../test/starter/deciding.ts'
import { addOps, newOp, openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { plusMs } from '../../core/db-time.ts'
import { clockNow } from '../../store/clock.ts'
import { setRouteState } from '../../store/routes.ts'
import { list } from './conflicts.ts'
import { logLines, readLog } from './log.ts'
import { undo } from './undo.ts'

let record: TestRecord
let world: World
let deciding: TestDeciding
let leftId: string
let rightId: string
let pair: string
let since: { at: string }

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

/** A task in step on both sides; what is written after it can be taken back since then. */
beforeEach(async () => {
  await record.db`delete from conflict`
  await record.db`delete from op`
  ;({ world, deciding, leftId, rightId, pair } = await linkedTask(record))
  await record.clock.advance(1_000)
  since = { at: plusMs(await clockNow(record.db), -10) }
})

const settle = () => settleIn(world, record.clock)
const titles = () => [world.left.get(leftId)?.task.title, world.right.get(rightId)?.task.title]
const back = (ids: readonly string[] = []) =>
  undo(deciding, ids, ids.length > 0 ? { yes: true } : { since, yes: true })

async function editLeft(title: string): Promise<void> {
  world.left.edit(leftId, { title })
  await settle()
  await record.clock.advance(1_000)
}

async function opIds(): Promise<string[]> {
  return (await readLog(deciding, { pair, since })).map((op) => op.id)
}

describe('a field that was written', () => {
  it('goes back on both sides, once', async () => {
    await editLeft('Two')
    const { lines, outcome } = await back()
    expect(outcome).toBe(0)
    expect(lines.join('\n')).toMatch(
      /1 write to take back, by 2 new writes:[\s\S]*Bare: title “Two” -> “One”[\s\S]*Feed: title “Two” -> “One”/,
    )
    expect(lines.at(-2)).toBe('1 write taken back, by 2 new writes.')
    expect(lines.at(-1)).toContain('status --wait')
    expect(deciding.woken).toEqual([pair])
    await settle()
    expect(titles()).toEqual(['One', 'One'])
    // What it goes back to may as well be a read from before; a look after that time settles it.
    await record.clock.advance(31_000)
    await settle()
    expect(await pairNow(deciding, pair)).toMatchObject({ state: 'ok', decrees: [] })

    const again = await back()
    expect([again.lines, again.outcome]).toEqual([['There is nothing to take back.'], 0])
    await settle()
    expect(titles()).toEqual(['One', 'One'])
  })

  it('is written once the route goes on, where it is paused', async () => {
    await editLeft('Two')
    await setRouteState(record.db, world.routeId, 'paused')
    expect((await back()).lines.at(-1)).toMatch(/Route route-\d+ is paused: .*route resume route-\d+/)
  })

  it('several times goes back in one step to what it was before the first', async () => {
    await editLeft('Two')
    world.right.edit(rightId, { title: 'Three' })
    await settle()
    await record.clock.advance(1_000)
    await editLeft('Four')
    await back()
    expect((await pairNow(deciding, pair)).decrees).toEqual([
      {
        kind: 'field',
        field: 'title',
        left: 'One',
        right: 'One',
        expects: { left: 'Four', right: 'Four' },
        cause: 'undo',
      },
    ])
    await settle()
    expect(titles()).toEqual(['One', 'One'])
  })

  it('goes back from the newest only, where only that is named', async () => {
    await editLeft('Two')
    await editLeft('Three')
    const [, newest = ''] = await opIds()
    await back([newest])
    await settle()
    expect(titles()).toEqual(['Two', 'Two'])
  })

  it('stays where it was changed since, and is named', async () => {
    await editLeft('Two')
    const [op = ''] = await opIds()
    world.right.edit(rightId, { title: 'Mine' })
    await settle()
    const { lines, outcome } = await back([op])
    expect(outcome).toBe(3)
    expect(lines.join('\n')).toMatch(/Not touched:\n.*“Mine”, title: it has been changed since/)
    expect((await pairNow(deciding, pair)).decrees).toEqual([])
    await settle()
    expect(titles()).toEqual(['Mine', 'Mine'])
    const conflicts = await list(deciding, { all: true })
    expect(conflicts.json).toMatchObject({
      conflicts: [{ field: 'title', base: { left: 'One', right: 'One' } }],
    })
    expect(conflicts.lines[0]).toContain('changed since, so it was not taken back')
  })

  it('stays where a change lies between that is not taken back', async () => {
    await editLeft('Two')
    await editLeft('Three')
    await editLeft('Four')
    const [first = '', , third = ''] = await opIds()
    const { lines } = await back([first, third])
    expect(lines.join('\n')).toContain('another change of it lies between')
    await settle()
    expect(titles()).toEqual(['Four', 'Four'])
  })

  it('is only shown with --dry-run, and without --yes asks', async () => {
    await editLeft('Two')
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await undo(deciding, [], { since, dryRun: true })
    await expect(undo(deciding, [], { since })).rejects.toMatchObject({ code: 'NOT_CONFIRMED', exitCode: 3 })
    expect(told.mock.calls.join('')).toContain('title “Two” -> “One”')
    told.mockRestore()
    expect((await pairNow(deciding, pair)).decrees).toEqual([])
    expect((await back()).outcome).toBe(0)
  })
})

describe('a task that was made', () => {
  let made: string
  let op: string

  beforeEach(async () => {
    made = addLeft(world, 'New')
    await settle()
    pair = await pairOf(deciding, world.leftId, made)
    op = (await opIds())[0] ?? ''
    await record.clock.advance(60_000)
  })

  const rightTitles = () => world.right.alive().map(({ task }) => task.title)

  it('is deleted again, and stays unlinked', async () => {
    const { lines } = await back([op])
    expect(lines.join('\n')).toContain('Feed: deleted again, and no longer linked')
    await settle()
    expect(rightTitles()).toEqual(['One'])
    expect(world.left.get(made)?.deleted).toBe(false)
    expect(await pairNow(deciding, pair)).toMatchObject({ memory: 'unlinked', reason: 'undone', decrees: [] })
    world.left.edit(made, { title: 'New again' })
    await settle()
    expect(rightTitles()).toEqual(['One'])
  })

  it('stays where somebody has edited it', async () => {
    const copy = world.right.alive().find(({ task }) => task.title === 'New')?.id ?? ''
    world.right.edit(copy, { title: 'Edited' })
    await settle()
    const { outcome, lines } = await back([op])
    expect([outcome, lines.join('\n')]).toEqual([3, expect.stringContaining('so the task stays')])
    await settle()
    expect(rightTitles()).toEqual(['One', 'Edited'])
  })
})

describe('a task that was made from one that named its contact', () => {
  let made: string

  beforeEach(async () => {
    made = world.right.create({
      fields: { title: 'Offer person:p1' },
      person: null,
      container: world.right.container(GENERAL),
      marker: null,
      madeBy: 'user',
    })
    await settle()
    pair = await pairOf(deciding, world.rightId, made)
    await record.clock.advance(60_000)
    expect(world.right.get(made)?.task.title).toBe('Offer')
  })

  it('is deleted again: that the words were taken out of the other one is no edit', async () => {
    const { outcome, lines, json } = await back()
    expect([outcome, lines]).toEqual([
      0,
      expect.arrayContaining([expect.stringContaining('Bare: deleted again')]),
    ])
    expect(json).toMatchObject({ undone: await opIds(), untouched: [] })
    await settle()
    expect(world.left.alive().map(({ task }) => task.title)).toEqual(['One'])
    expect(world.right.get(made)?.task.title).toBe('Offer')
  })

  it('is logged as such', async () => {
    const lines = await logLines(deciding, await readLog(deciding, { pair }))
    expect(lines.at(-1)).toMatch(/“Offer person:p1” -> “Offer”, because the words that name the contact/)
  })

  it('keeps them out where only that is to be taken back, which is said and not noted as done', async () => {
    const words = (await opIds()).at(-1) ?? ''
    for (const _ of ['first', 'again'])
      expect(await back([words])).toMatchObject({
        outcome: 3,
        lines: [
          'Nothing of it can be taken back.',
          'Not touched:',
          expect.stringContaining('only the words that had named the contact'),
        ],
        json: { undone: [], written: false },
      })
    expect((await list(deciding, { all: true })).json).toMatchObject({ conflicts: [] })
  })
})

describe('a write after which nothing is left to take back', () => {
  it('is said to be so, and counts as taken back by nobody', async () => {
    await editLeft('Two')
    const [op = ''] = await opIds()
    // Before that, it may as well be a read from before our own write.
    await record.clock.advance(31_000)
    world.left.edit(leftId, { title: 'One' })
    await settle()
    const { lines, outcome, json } = await back([op])
    expect([outcome, lines.join('\n')]).toEqual([3, expect.stringContaining('both sides hold already')])
    expect(json).toMatchObject({ undone: [], written: false })
    const [read] = await readLog(deciding, { pair, since })
    expect(read).toMatchObject({ undoneAt: null })
    expect((await list(deciding, { all: true })).json).toMatchObject({ conflicts: [] })
  })

  it('of an occurrence that is over is said to stay so, and so is the making of its task', async () => {
    const route = { routeId: world.routeId, left: world.leftId, right: world.rightId }
    const completed = { after: { completed: true }, sources: {}, steps: [] }
    const base = { left: { completed: false }, right: { completed: false } }
    const given = { side: 'left', cause: 'occurrence', ...completed, base } as const
    const made = { side: 'left', verb: 'create', cause: 'next-occurrence' } as const
    const ids: string[] = []
    for (const op of [given, made]) {
      ids.push(...(await addOps(record.db, newOp(route, pair, op))))
      await record.db`update op set status = 'confirmed', closed_at = clock() where id in ${record.db(ids)}`
    }
    expect((await back(ids.slice(0, 1))).lines.at(-1)).toContain('that occurrence is over and stays so')
    expect((await back()).lines.at(-1)).toContain('an occurrence of it is over since it was made')
  })

  it('of a task that is not on both sides any more leaves no conflict', async () => {
    await editLeft('Two')
    const [op = ''] = await opIds()
    world.right.delete(rightId)
    await settle()
    expect(await back([op])).toMatchObject({ outcome: 3, json: { undone: [] } })
    expect((await list(deciding, { all: true })).json).toMatchObject({ conflicts: [] })
  })

  it('notes a value that was changed since once, however often it is asked', async () => {
    await editLeft('Two')
    const [op = ''] = await opIds()
    world.right.edit(rightId, { title: 'Mine' })
    await settle()
    await back([op])
    await back([op])
    expect((await list(deciding, { all: true })).json).toMatchObject({ conflicts: [{ field: 'title' }] })
    expect(await record.db`select from conflict where decided_by = 'undo'`).toHaveLength(1)
  })
})

/** `where`: the side on which its user deletes the task; `rule`: what that does on the other one. */
async function deleteOn(where: 'left' | 'right', rule: 'propagate' | 'complete'): Promise<void> {
  await record.db`
    update route set policy = jsonb_set(policy, ${['deletes', where]}, ${JSON.stringify(rule)}::text::jsonb) where id = ${world.routeId}`
  world[where].delete(where === 'left' ? leftId : rightId)
  await settleLong()
}

const settleLong = () => settleLongIn(world, record.clock)

const alive = () => [world.left.alive(), world.right.alive()] as const

describe('a task that was deleted', () => {
  const RICH = {
    notes: 'Gate code 12',
    labels: ['vip'],
    priority: 1,
    recurrence: { text: 'every monday', language: 'en' },
  } as const

  it('is made anew, and from it the other side', async () => {
    await editLeft('Two')
    await deleteOn('right', 'propagate')
    expect(alive()).toEqual([[], []])
    const op = (await opIds()).at(-1) ?? ''
    const { lines, outcome } = await back([op])
    expect(outcome).toBe(0)
    expect(lines.join('\n')).toContain('Bare: made again, title “Two”, then on the other side')
    await settleLong()
    expect(alive().map((tasks) => tasks.map(({ task }) => task.title))).toEqual([['Two'], ['Two']])
    expect(await pairNow(deciding, pair)).toMatchObject({ memory: 'linked', state: 'ok', decrees: [] })
  })

  it.each(['left', 'right'] as const)(
    '(%s) comes back with all that it held, for its person',
    async (where) => {
      world.right.edit(rightId, { ...RICH, title: 'Two' })
      await settle()
      await deleteOn(where, 'propagate')
      expect(alive()).toEqual([[], []])
      await changePair(deciding, pair, { notice: 'sync-problem', comment: { id: 'c1', text: 'Not seen' } })
      const { lines, outcome } = await back([(await opIds()).at(-1) ?? ''])
      expect([outcome, lines.join('\n')]).toEqual([
        0,
        expect.stringMatching(/notes “Gate code 12”.*every monday.*vip/),
      ])
      // What told it went with the task.
      expect(await pairNow(deciding, pair)).toMatchObject({ notice: null, comment: null, person: 'p1' })
      await settleLong()
      const [[left], [right]] = alive()
      expect(left).toMatchObject({ person: 'p1', task: { title: 'Two' } })
      expect(right?.task).toMatchObject({ ...RICH, title: 'Two' })
    },
  )

  it('is as it was before an edit that is taken back with it, also where there was nothing', async () => {
    world.right.edit(rightId, { title: 'Two', due: { kind: 'day', day: '2026-12-04' } })
    await settle()
    await deleteOn('right', 'propagate')
    await back()
    await settleLong()
    expect(alive().map((tasks) => tasks.map(({ task: { title, due } }) => [title, due]))).toEqual([
      [['One', null]],
      [['One', null]],
    ])
  })

  it('has what somebody typed into our block among its notes, and nothing of ours', async () => {
    const copy = world.right.get(rightId)
    world.right.beside(rightId, { marker: copy?.marker ?? null, block: ['typed inside'], flags: [] })
    await settle()
    await deleteOn('left', 'propagate')
    await back([(await opIds()).at(-1) ?? ''])
    await settleLong()
    expect(alive()[1][0]?.task.notes).toBe('typed inside')
  })

  it.each(['left', 'right'] as const)('(%s) and was completed comes back completed', async (where) => {
    world.right.edit(rightId, { completed: true })
    await settleLong()
    since = { at: plusMs(await clockNow(record.db), -10) }
    await deleteOn(where, 'propagate')
    expect((await back()).lines.join('\n')).toContain('completed')
    await settleLong()
    expect(alive().map((tasks) => tasks.map(({ task }) => task.completed))).toEqual([[true], [true]])
    expect((await back()).lines).toEqual(['There is nothing to take back.'])
  })

  it('says where it does not come back', async () => {
    const copy = world.right.get(rightId)
    world.right.beside(rightId, { marker: copy?.marker ?? null, block: [], flags: ['crm'] })
    await settle()
    await deleteOn('left', 'propagate')
    const { lines, outcome } = await back([(await opIds()).at(-1) ?? ''])
    expect([outcome, lines.join('\n')]).toEqual([
      3,
      expect.stringMatching(/Not touched:\n.*without its label crm/),
    ])
  })
})

describe('a second undo does nothing', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'edits of both sides',
      async () => {
        await editLeft('Two')
        world.right.edit(rightId, {
          title: 'Three',
          due: { kind: 'day', day: '2026-12-04' },
          completed: true,
        })
      },
    ],
    ['a deletion on the left, propagated', () => deleteOn('left', 'propagate')],
    ['a deletion on the right, propagated', () => deleteOn('right', 'propagate')],
    ['a deletion on the left that completed the other one', () => deleteOn('left', 'complete')],
    ['a deletion on the right that completed the other one', () => deleteOn('right', 'complete')],
    [
      'an edit and then a deletion',
      async () => {
        await editLeft('Two')
        await deleteOn('right', 'propagate')
      },
    ],
    [
      'tasks made on both sides',
      async () => {
        addLeft(world, 'New')
        await settle()
        await record.clock.advance(60_000)
      },
    ],
  ])('after %s', async (_, happen) => {
    await happen()
    await settleLong()
    expect((await back()).lines).not.toEqual(['There is nothing to take back.'])
    await settleLong()
    const undone = alive().map((tasks) => tasks.map(({ id, task }) => ({ id, task })))
    expect((await back()).json).toMatchObject({ undone: [], writes: [], written: false })
    await settleLong()
    expect(alive().map((tasks) => tasks.map(({ id, task }) => ({ id, task })))).toEqual(undone)
  })
})

describe('what cannot be taken back is refused, and nothing changes', () => {
  it('by number', async () => {
    await editLeft('Two')
    const [op = ''] = await opIds()
    await back([op])
    await expect(back([op])).rejects.toThrow(/already/)
    await settle()
    const own = (await opIds()).at(-1) ?? ''
    await expect(back([own])).rejects.toThrow(/itself an undo/)
    await expect(back(['999999'])).rejects.toMatchObject({ exitCode: 2 })
  })

  it('without saying which', async () => {
    await expect(undo(deciding, [], { yes: true })).rejects.toMatchObject({ code: 'WHICH_OPS', exitCode: 2 })
    await expect(undo(deciding, [], { since, route: 'nope' })).rejects.toMatchObject({
      code: 'NO_SUCH_ROUTE',
    })
  })
})
