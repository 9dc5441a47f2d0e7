import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { addLeft, settleIn } from '../../../test/activities/in-world.ts'
import type { World } from '../../../test/histories/world.ts'
import { linkedTask, pairNow, pairOf, type TestDeciding } from '../../../test/starter/deciding.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { plusMs } from '../../core/db-time.ts'
import { clockNow } from '../../store/clock.ts'
import { list } from './conflicts.ts'
import { readLog } from './log.ts'
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
      /1 write to take back, by 2 new writes:[\s\S]*Follow Up Boss: title “Two” -> “One”[\s\S]*Todoist: title “Two” -> “One”/,
    )
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
    expect(lines.join('\n')).toContain('Todoist: deleted again, and no longer linked')
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

it('a task that was deleted is made anew, and from it the other side', async () => {
  await editLeft('Two')
  await record.db`update route set policy = jsonb_set(policy, '{deletes,right}', '"propagate"') where id = ${world.routeId}`
  world.right.delete(rightId)
  await settle()
  expect(world.left.alive()).toEqual([])
  const op = (await opIds()).at(-1) ?? ''
  const { lines } = await back([op])
  expect(lines.join('\n')).toContain('Follow Up Boss: made again, title “Two”, then on the other side')
  for (const _ of [1, 2]) await settle()
  const alive = [...world.left.alive(), ...world.right.alive()].map(({ task }) => task.title)
  expect(alive).toEqual(['Two', 'Two'])
  expect(await pairNow(deciding, pair)).toMatchObject({ memory: 'linked', state: 'ok', decrees: [] })
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
