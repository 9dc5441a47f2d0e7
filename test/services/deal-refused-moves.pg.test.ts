import { beforeEach, describe, expect, test } from 'vitest'
import { discardPair, retryPair } from '../../src/activities/person-decides.ts'
import { LONG_AGO } from '../../src/core/db-time.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import type { Provider, WriteOp, WriteResult } from '../../src/providers/contract.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type DealDesk, deskOf } from './deal-desk.ts'

let bridge: Bridge
let desk: DealDesk

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskOf(bridge)
  takesMoves = overRefusing(bridge.deps)
  return () => bridge[Symbol.asyncDispose]()
})

type Pair = {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly lastError: string | null
}

async function pairOf(title: string): Promise<Pair> {
  const { id } = await desk.item(title)
  const [pair] = await bridge.db<Pair[]>`
    select p.id, p.state, p.reason, p.last_error as "lastError" from pair p
    join pair_member m on m.pair_id = p.id and m.role = 'current' where m.remote_id = ${id}`
  if (pair === undefined) throw new Error(`there is no pair of ${title}`)
  return pair
}

/** Moves of tasks into their sections that were tried so far. */
async function moves(): Promise<number> {
  const [row] = await bridge.db<{ count: number }[]>`
    select count(*)::int as count from op where subject = 'pair' and container_id is not null and verb = 'update'`
  return row?.count ?? 0
}

let takesMoves: (takes: boolean) => void

/** Puts a Todoist in place that, when told to, refuses whatever moves a task, and does the rest. */
function overRefusing({ providers }: Pick<Bridge['deps'], 'providers'>): (takes: boolean) => void {
  const todoist = providers.get('todoist')
  if (todoist === undefined || !(providers instanceof Map)) throw new Error('there is no Todoist')
  let takes = true
  const isRefused = ({ steps }: WriteOp) => !takes && steps.some(({ name }) => name === 'move')
  const write: Provider['write'] = async (connection, ops) => {
    const { results, containers } = await todoist.write(
      connection,
      ops.filter((op) => !isRefused(op)),
    )
    return { results: [...results, ...ops.filter(isRefused).map(refusal)], containers }
  }
  providers.set('todoist', { ...todoist, write })
  return (now) => {
    takes = now
  }
}

function refusal({ opId, remoteId, before, steps }: WriteOp): WriteResult {
  const error = new ProviderError({ kind: 'invalid', provider: 'todoist', message: 'Not to be moved' })
  const told = steps.map(({ name }) => ({ name, outcome: 'refused' as const, error }))
  return { opId, askedAt: LONG_AGO, remoteId, now: before, steps: told }
}

/** A person comes onto a deal; Todoist refuses to have his task moved from General into its section. */
async function refused(): Promise<number> {
  const [baker, other] = [await desk.person('Baker'), await desk.person('Other')]
  const deal = await desk.deal('Baker: Lot 4', 11, [baker])
  await bridge.addFubTask({ name: 'Visit', personId: baker })
  await bridge.addFubTask({ name: 'Call', personId: other })
  await bridge.settle()
  expect(await desk.book()).toEqual({
    Call: '📌 General CRM Tasks / ',
    Visit: 'Showing / Baker: Lot 4',
  })
  await desk.change(deal, { peopleIds: [baker, other] })
  takesMoves(false)
  await bridge.settle()
  return deal
}

describe('a move that Todoist refuses for good', () => {
  test('is tried once: its task waits with the reason, whatever wakes it', async () => {
    await refused()
    expect(await pairOf('Call')).toMatchObject({
      state: 'waiting',
      reason: 'refused',
      lastError: 'Not to be moved',
    })
    expect(await moves()).toBe(1)
    await bridge.db`update pair set wake_at = clock()`
    await bridge.settle()
    expect(await pairOf('Call')).toMatchObject({
      state: 'waiting',
      lastError: 'Not to be moved',
    })
    expect(await moves()).toBe(1)
    expect((await desk.book()).Call).toBe('📌 General CRM Tasks / ')
  })

  test('keeps nothing else of the task back', async () => {
    await refused()
    const [call] = (await bridge.fubTasks()).filter(({ name }) => name === 'Call')
    await bridge.fub.call('PUT', `/v1/tasks/${call?.id}`, { name: 'Call twice' })
    await bridge.settle()
    expect((await desk.book())['Call twice']).toBe('📌 General CRM Tasks / ')
    expect(await pairOf('Call twice')).toMatchObject({ state: 'waiting', reason: 'refused' })
    expect(await moves()).toBe(1)
  })

  test('is tried again by retry, and when its deal changes', async () => {
    const deal = await refused()
    await retryPair(bridge.deps, { pairId: (await pairOf('Call')).id })
    await bridge.settle()
    expect(await moves()).toBe(2)
    takesMoves(true)
    await desk.change(deal, { stageId: 12 })
    await bridge.settle()
    expect((await desk.book()).Call).toBe('Offer / Baker: Lot 4')
    expect(await pairOf('Call')).toMatchObject({ state: 'ok', reason: null, lastError: null })
  })

  test('is heard of no more once a person gives it up', async () => {
    await refused()
    await discardPair(bridge.deps, { pairId: (await pairOf('Call')).id })
    await bridge.db`update pair set wake_at = clock()`
    await bridge.settle()
    expect(await pairOf('Call')).toMatchObject({ state: 'ok', lastError: null })
    expect(await moves()).toBe(1)
  })

  test('is over once its user has moved the task himself', async () => {
    await refused()
    const { id: section } = await desk.section('Baker: Lot 4')
    await desk.command('item_move', { id: (await desk.item('Call')).id, section_id: section })
    await bridge.settle()
    expect((await desk.book()).Call).toBe('Showing / Baker: Lot 4')
    expect(await pairOf('Call')).toMatchObject({ state: 'ok', reason: null, lastError: null })
  })
})
