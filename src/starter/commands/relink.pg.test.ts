import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { addLeft, settleIn, settleLongIn } from '../../../test/activities/in-world.ts'
import type { World } from '../../../test/histories/world.ts'
import { changePair, linkedTask, pairNow, pairOf, type TestDeciding } from '../../../test/starter/deciding.ts'
import { openTestRecord, type TestRecord } from '../../../test/store/record.ts'
import { relink } from './relink.ts'

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

/** What the task in Feed told its user. */
const TOLD = { notice: 'sync-problem', comment: { id: 'c1', text: 'Nobody can see it' } } as const

const settle = () => settleIn(world, record.clock)
const letGo = () => changePair(deciding, pair, { memory: 'unlinked', reason: 'deleted-there', wakeAt: null })

describe('a pair that was let go', () => {
  it('with both tasks goes on from what they last agreed on', async () => {
    await letGo()
    world.left.edit(leftId, { title: 'Two' })
    await settle()
    expect(world.right.get(rightId)?.task.title).toBe('One')
    const { lines, outcome } = await relink(deciding, [pair], {})
    expect(outcome).toBe(0)
    expect(lines.join('\n')).toMatch(
      /linked again, from what both sides last agreed on.\n {2}update in Feed: title “Two”/,
    )
    expect(deciding.woken).toEqual([pair])
    await settle()
    expect(world.right.get(rightId)?.task.title).toBe('Two')
    expect(world.right.alive()).toHaveLength(1)
  })

  it('with one task left has the other one made again, as a new one', async () => {
    world.right.delete(rightId)
    await settle()
    expect(await pairNow(deciding, pair)).toMatchObject({ memory: 'unlinked', reason: 'deleted-there' })
    const { lines } = await relink(deciding, [pair], {})
    expect(lines.join('\n')).toMatch(/its task in Feed is made anew.\n {2}create in Feed: title “One”/)
    await settle()
    expect(world.right.alive().map(({ task }) => task.title)).toEqual(['One'])
    expect(await pairNow(deciding, pair)).toMatchObject({ memory: 'linked', state: 'ok' })
    await settle()
    expect(world.left.alive()).toHaveLength(1)
  })

  it.each([
    ['Feed', { notice: null, comment: null }],
    ['Bare', TOLD],
  ])('forgets what its task in Feed told only where that is made again (%s)', async (made, told) => {
    await record.db`update route set policy = jsonb_set(policy, '{deletes,left}', '"unlink"') where id = ${world.routeId}`
    if (made === 'Feed') world.right.delete(rightId)
    else world.left.delete(leftId)
    await settleLongIn(world, record.clock)
    await changePair(deciding, pair, TOLD)
    expect((await relink(deciding, [pair], {})).lines.join('\n')).toContain(
      `its task in ${made} is made anew`,
    )
    expect(await pairNow(deciding, pair)).toMatchObject({ memory: 'new', ...told })
  })

  it('stays so while it is only shown what would be written', async () => {
    await letGo()
    await relink(deciding, [pair], { dryRun: true })
    expect(await pairNow(deciding, pair)).toMatchObject({ memory: 'unlinked' })
    expect(deciding.woken).toEqual([])
  })
})

describe('several that were let go', () => {
  let pairs: string[]

  /** Three tasks, all deleted in Feed by mistake, which lets them go; one of them is completed since. */
  beforeEach(async () => {
    await record.db`update pair set ended_at = null`
    await record.clock.advance(60_000)
    const others = [addLeft(world, 'Two'), addLeft(world, 'Three')]
    await settle()
    for (const { id } of world.right.alive()) world.right.delete(id)
    await settle()
    pairs = [pair, ...(await Promise.all(others.map((id) => pairOf(deciding, world.leftId, id))))]
    world.left.edit(others[1] ?? '', { completed: true })
    await settle()
  })

  it('are listed, and linked again in one go but for those that cannot be', async () => {
    const since = { agoMs: 30_000 }
    const shown = await relink(deciding, [], { since, dryRun: true })
    expect(shown.json).toMatchObject({ pairs: [{ pair: pairs[0] }, { pair: pairs[1] }] })
    expect(await pairNow(deciding, pair)).toMatchObject({ memory: 'unlinked' })
    const { lines, outcome } = await relink(deciding, [], { since, yes: true })
    expect([outcome, lines]).toEqual([
      3,
      expect.arrayContaining([
        'Not linked:',
        expect.stringMatching(`Pair ${pairs[2]} cannot be linked again: .*completed`),
        '2 tasks linked again, 1 not.',
      ]),
    ])
    expect(deciding.woken).toEqual(pairs.slice(0, 2))
    await settle()
    expect(
      world.right
        .alive()
        .map(({ task }) => task.title)
        .sort(),
    ).toEqual(['One', 'Two'])
    expect(await relink(deciding, pairs.slice(0, 2), {})).toMatchObject({ outcome: 0 })
  })

  it('are asked about where nobody has said yes, and may be named by number', async () => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await expect(relink(deciding, [], { since: { agoMs: 30_000 } })).rejects.toMatchObject({
      code: 'NOT_CONFIRMED',
    })
    told.mockRestore()
    await expect(relink(deciding, [], {})).rejects.toMatchObject({ code: 'WHICH_PAIRS', exitCode: 2 })
    expect((await relink(deciding, pairs.slice(0, 2), {})).json).toMatchObject({ refused: [] })
    expect(await relink(deciding, [], { since: { agoMs: 0 } })).toMatchObject({
      lines: ['Nothing was let go since then.'],
      outcome: 0,
    })
  })
})

it('is left as it is when it is linked', async () => {
  const before = await pairNow(deciding, pair)
  const { lines, outcome } = await relink(deciding, [pair], {})
  expect([lines[0], outcome]).toEqual([`pair ${pair} “One” is not unlinked: nothing to do.`, 0])
  expect(await pairNow(deciding, pair)).toEqual(before)
})

describe('is refused, with what to do', () => {
  it.each([
    ['its task is completed', () => world.left.edit(leftId, { completed: true }), /Reopen it first/],
    [
      'both tasks are gone',
      () => record.db`update remote_task set presence = 'gone' where remote_id = ${leftId}`,
      /undo/,
    ],
  ])('when %s', async (_, happen, hint) => {
    world.right.delete(rightId)
    await settle()
    await happen()
    await settle()
    await expect(relink(deciding, [pair], {})).rejects.toMatchObject({
      exitCode: 2,
      hints: [expect.stringMatching(hint)],
    })
  })

  it('when a task of it is none of the route any more', async () => {
    await letGo()
    await record.db`update remote_task set seen = jsonb_set(seen || '{"container":"x"}', '{task,list}', '"x"') where remote_id = ${rightId}`
    await expect(relink(deciding, [pair], {})).rejects.toMatchObject({
      hints: [expect.stringContaining('says why')],
    })
    expect(await pairNow(deciding, pair)).toMatchObject({ memory: 'unlinked' })
  })

  it('when there is no such pair', async () => {
    await expect(relink(deciding, ['999999'], {})).rejects.toMatchObject({
      code: 'NO_SUCH_PAIR',
      exitCode: 2,
    })
  })
})
