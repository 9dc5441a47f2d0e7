import { beforeEach, describe, expect, test } from 'vitest'
import { entryJson } from '../../src/activities/shown/log-entry.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { link, list, retry } from '../../src/starter/commands/deals.ts'
import { explain } from '../../src/starter/commands/explain.ts'
import { logLines, readLog } from '../../src/starter/commands/log.ts'
import { relink } from '../../src/starter/commands/relink.ts'
import { undo } from '../../src/starter/commands/undo.ts'
import { readStatus, statusExitCode, statusLines } from '../../src/starter/status-report.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

let bridge: Bridge
let desk: Desk
let tom: number
let first: string
let second: string

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskAt(bridge)
  tom = await desk.person('Tom Baker')
  first = await desk.deal('Baker: 123 Main St', 11, [tom])
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.settle()
  second = await desk.deal('Baker: 9 Elm St', 12, [tom])
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

describe('deals list', () => {
  test('says of each deal where its section lies and how many open tasks are in it', async () => {
    const { lines, outcome, json } = await list(desk.deciding, {})
    expect([outcome, lines]).toEqual([
      0,
      [`deal ${first} “Baker: 123 Main St”  Showing  in “Showing” / “Baker: 123 Main St”  1 open task`],
    ])
    expect(json).toMatchObject({
      deals: [
        {
          deal: first,
          route: 'main',
          stage: 'Showing',
          stageId: '11',
          tasks: 1,
          state: 'ok',
          pending: false,
          inGeneral: null,
          sections: [{ name: 'Baker: 123 Main St', project: 'Showing', state: 'active' }],
        },
      ],
      problems: [],
    })
    expect((await list(desk.deciding, { all: true })).lines[1]).toBe(
      `deal ${second} “Baker: 9 Elm St”  Offer  no section yet: it is made with its first task  0 open tasks`,
    )
    expect((await list(desk.deciding, { waiting: true })).lines).toEqual(['No deal waits for you.'])
  })
})

describe('deals link', () => {
  test('moves the task into the section of the deal; unlinked, it stays in General', async () => {
    const pair = await desk.pairOf('Call')
    const trial = await link(desk.deciding, pair, second, { dryRun: true })
    expect(trial.lines[1]).toBe(`pair ${pair} “Call” belongs to deal ${second} now.`)
    expect(desk.woken).toEqual([])
    await bridge.settle()
    expect(await desk.book()).toEqual({ Call: 'Showing / Baker: 123 Main St' })

    await link(desk.deciding, `pair/${pair}`, second, {})
    expect(desk.woken).toEqual([pair])
    await bridge.settle()
    expect(await desk.book()).toEqual({ Call: 'Offer / Baker: 9 Elm St' })
    expect((await link(desk.deciding, pair, second, {})).lines[0]).toContain('already')

    await link(desk.deciding, pair, null, {})
    await bridge.settle()
    await bridge.settle()
    expect(await desk.book()).toEqual({ Call: '📌 General CRM Tasks / ' })
  })

  test('refuses a deal that there is not, or on which the person is not, and names those that would do', async () => {
    const pair = await desk.pairOf('Call')
    const ann = await desk.person('Ann Other')
    const hers = await desk.deal('Other: Lot 4', 12, [ann])
    await bridge.settle()
    const hints = [expect.stringContaining(`The person is on: ${first}, ${second}.`)]
    await expect(link(desk.deciding, pair, '999', {})).rejects.toMatchObject({ exitCode: 2, hints })
    await expect(link(desk.deciding, pair, hers, {})).rejects.toMatchObject({ code: 'NOT_ON_DEAL', hints })
    await expect(link(desk.deciding, 'pair/999', first, {})).rejects.toMatchObject({ code: 'NO_SUCH_PAIR' })
  })
})

describe('a deal that waits', () => {
  test('is told by status, and tried again', async () => {
    expect(await readStatus(bridge.db)).toMatchObject({ settled: true, routes: [{ pending: 0 }] })
    const { id } = await desk.section('Baker: 123 Main St')
    const pair = await desk.pairOf('Call')
    await bridge.addFubTask({ name: 'Visit', personId: tom })
    await bridge.settle()
    await link(desk.deciding, await desk.pairOf('Visit'), second, {})
    await bridge.settle()
    const { project_id } = await desk.section('Baker: 9 Elm St')
    for (const _ of [1, 2]) {
      await desk.command('section_move', { id, project_id })
      await bridge.settle()
    }
    const report = await readStatus(bridge.db)
    expect([report.settled, statusExitCode(report)]).toEqual([true, 3])
    expect(report.routes[0]?.deals).toEqual({
      deals: 2,
      pending: 0,
      waiting: 1,
      failed: 0,
      reasons: [{ reason: 'moved-away', count: 1 }],
    })
    expect(statusLines(report).slice(0, 4)).toEqual([
      'Settled, but 1 deal waits.',
      '  route main: active, 2 pairs, 0 pending, 0 waiting for you, 0 failed',
      '    deals: 2 filed, 1 waiting for you, 0 failed',
      '      1 deal: its section was moved to the project of another stage twice, and is left there',
    ])
    expect((await list(desk.deciding, { waiting: true })).lines).toEqual([
      expect.stringContaining(`deal ${first} “Baker: 123 Main St”  Showing  belongs in “Showing” / `),
      expect.stringContaining('waits: its section was moved'),
      expect.stringContaining(`deals retry ${first}`),
    ])

    await retry(desk.deciding, first, { dryRun: true })
    expect(desk.woken).not.toContain(`deal ${first}`)
    await retry(desk.deciding, first, {})
    expect(desk.woken).toContain(`deal ${first}`)
    expect(await readStatus(bridge.db)).toMatchObject({ settled: false, routes: [{ pending: 1 }] })
    await bridge.settle()
    expect(await desk.section('Baker: 123 Main St')).not.toMatchObject({ project_id })
    await expect(retry(desk.deciding, '999', {})).rejects.toMatchObject({ code: 'NO_SUCH_DEAL' })
    expect(pair).not.toBe('')
  })
})

describe('what was done for a deal', () => {
  test('is told by explain and log, and no undo takes a section back', async () => {
    const pair = await desk.pairOf('Call')
    const told = (await explain(desk.deciding, `pair/${pair}`)).lines.join('\n')
    expect(told).toContain(`  deal: ${first} “Baker: 123 Main St”, Showing (by rule: `)
    expect(told).toContain(`    it lies in “Showing” / “Baker: 123 Main St”, the section of deal ${first}`)
    await bridge.fub.call('PUT', `/v1/deals/${first}`, { stageId: 12 })
    await bridge.settle()
    const entries = await readLog(desk.deciding, {})
    const lines = await logLines(desk.deciding, entries)
    expect(lines.join('\n')).toContain(
      'Todoist: section “Baker: 123 Main St” moved from “Showing” to “Offer”, because the deal is in another stage',
    )
    const moved = entries.find((one) => 'change' in one && one.role === 'deal')?.id ?? ''
    expect(entries.map(entryJson)).toContainEqual(
      expect.objectContaining({ op: moved, pair: null, container: 'section', deal: first }),
    )
    await expect(undo(desk.deciding, [moved], { yes: true })).rejects.toMatchObject({
      message: expect.stringContaining('is of a project or section, which follow the deals'),
    })
    expect((await readLog(desk.deciding, { pair })).length).toBeLessThan(entries.length)

    await link(desk.deciding, pair, null, {})
    await bridge.settle()
    expect((await explain(desk.deciding, `pair/${pair}`)).lines).toContain(
      `  deal: none, as its user said; ${`"npx dealbridge deals link ${pair} <deal>"`} links it`,
    )
  })

  test('of a person with several deals is that nobody guesses', async () => {
    await bridge.addFubTask({ name: 'Visit', personId: tom })
    await bridge.settle()
    const pair = await desk.pairOf('Visit')
    expect((await explain(desk.deciding, `pair/${pair}`)).lines.join('\n')).toContain(
      `deal: none: it may belong to ${first}, ${second}, and nobody guesses`,
    )
  })
})

test('a task that was deleted in Todoist and is linked again comes back into the section of its deal', async () => {
  const pair = await desk.pairOf('Call')
  const [call] = await bridge.items()
  await bridge.todoist.call('DELETE', `/api/v1/tasks/${call?.id}`)
  await bridge.settle()
  expect(await desk.book()).toEqual({})
  await relink(desk.deciding, [pair], {})
  await bridge.settle()
  expect(await desk.book()).toEqual({ Call: 'Showing / Baker: 123 Main St' })
})
