import { expect, test } from 'vitest'
import type { DealPlan } from '../activities/deals/deal-plan.ts'
import type { TendHomeOutput } from '../activities/deals/tend-home.ts'
import type { PlanOutput } from '../activities/plan/draft.ts'
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
  const asked = { pauses: [] as number[], since: [] as (string | undefined)[], writes: 0 }
  let at = 0
  const steps: DealSteps = {
    planDeal: async () => plans[at++] ?? REST,
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
