import { describe, expect, test } from 'vitest'
import type { DealPlan } from '../activities/deals/deal-plan.ts'
import type { TendHomeOutput } from '../activities/deals/tend-home.ts'
import type { PlanOutput } from '../activities/plan/draft.ts'
import { Trouble } from './settle.ts'
import { type DealSteps, settleDeal } from './settle-deal.ts'

const DEAL = { connectionId: '1', dealId: '7' }
const WRITE = { connectionId: '2', provider: 'todoist', opId: '5' }
const REST: DealPlan = { writes: [], pairIds: [], state: 'ok' }
const NOTHING: PlanOutput = {
  since: '2026-11-02T10:00:09.000000Z',
  reads: [],
  people: [],
  writes: [],
  blocked: [],
  postponed: [],
  unsettled: [],
  pending: [],
}

/** Steps that follow a script, and what was asked of them. */
function scripted(plans: readonly DealPlan[], outputs: readonly TendHomeOutput[]) {
  const asked = { plans: 0, pauses: [] as number[], since: [] as (string | undefined)[], writes: 0 }
  const steps: DealSteps = {
    planDeal: async () => plans[asked.plans++] ?? REST,
    tendHome: async () => outputs[asked.writes++] ?? { done: true, busy: false },
    pause: async (ms) => {
      asked.pauses.push(ms)
    },
    plan: async ({ since }) => {
      asked.since.push(since)
      return NOTHING
    },
    read: async () => null,
    people: async () => undefined,
    write: async () => ({ pending: [], unsettled: [] }),
  }
  return { steps, asked }
}

test.each<[string, TendHomeOutput, number[]]>([
  ['that somebody else has in flight is asked about soon', { done: false, busy: true }, [500]],
  ['that was put off is left alone until then', { done: false, busy: true, waitMs: 1_900 }, [1_900]],
  [
    'that was put off for long does not hold up what a person wants meanwhile',
    { done: false, busy: true, waitMs: 60_000 },
    [5_000],
  ],
  ['that is done is not waited for', { done: true, busy: false }, []],
])('a write %s', async (_, output, pauses) => {
  const { steps, asked } = scripted([{ ...REST, writes: [WRITE] }], [output])
  expect(await settleDeal(steps, DEAL)).toEqual({ state: 'ok', trouble: null })
  expect(asked.pauses).toEqual(pauses)
})

test('the look after a move serves the next plan of the tasks, and only that', async () => {
  const since = '2026-11-02T10:00:00.000000Z'
  const { steps, asked } = scripted(
    [
      { ...REST, writes: [WRITE] },
      { ...REST, pairIds: ['3'] },
      { ...REST, pairIds: ['3'] },
    ],
    [{ done: true, busy: false, since }],
  )
  await settleDeal(steps, DEAL)
  expect(asked.since).toEqual([since, undefined])
})

test('of several writes the one that is to wait longest is waited for', async () => {
  const plans = [{ ...REST, writes: [WRITE, { ...WRITE, opId: '6' }, { ...WRITE, opId: '7' }] }]
  const { steps, asked } = scripted(plans, [
    { done: false, busy: true },
    { done: true, busy: false },
    { done: false, busy: true, waitMs: 700 },
  ])
  await settleDeal(steps, DEAL)
  expect(asked.pauses).toEqual([700])
})

describe('a write that fails', () => {
  const failing = (error: Error) => {
    const plans = [{ ...REST, writes: [WRITE, { ...WRITE, opId: '6' }], pairIds: ['3'] }]
    const { steps, asked } = scripted(plans, [])
    const fails: DealSteps = {
      ...steps,
      tendHome: (call) => (call.opId === '5' ? Promise.reject(error) : steps.tendHome(call)),
    }
    return { steps: fails, asked }
  }

  test('by its service ends the deal with that trouble, once the others have ended; tasks wait', async () => {
    const { steps, asked } = failing(new Trouble('rate-limited', 'Too many requests'))
    expect(await settleDeal(steps, DEAL)).toEqual({ state: 'ok', trouble: 'rate-limited' })
    expect(asked).toMatchObject({ plans: 1, writes: 1, since: [], pauses: [] })
  })

  test('by a fault of ours is none of its service', async () => {
    await expect(settleDeal(failing(new Error('Ours')).steps, DEAL)).rejects.toThrow('Ours')
  })
})

test('a deal that somebody keeps changing is left to the next dispatch', async () => {
  const plans = Array.from({ length: 100 }, () => ({ ...REST, writes: [WRITE] }))
  const { steps, asked } = scripted(plans, [])
  expect(await settleDeal(steps, DEAL)).toEqual({ state: 'ok', trouble: null })
  expect(asked.plans).toBe(40)
})

test('what a deal waits for is told when nothing is left to do now', async () => {
  const { steps } = scripted(
    [
      { ...REST, writes: [WRITE] },
      { ...REST, state: 'waiting' },
    ],
    [],
  )
  expect(await settleDeal(steps, DEAL)).toEqual({ state: 'waiting', trouble: null })
})
