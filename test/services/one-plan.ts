import { people } from '../../src/activities/people.ts'
import type { PlanOutput } from '../../src/activities/plan/draft.ts'
import { plan } from '../../src/activities/plan.ts'
import { read } from '../../src/activities/read.ts'
import type { Bridge } from './bridge.ts'

/** Plans the only pair, with the looks and questions that the plan asks for, and sends nothing. */
export async function planOnce({ deps, db }: Bridge): Promise<PlanOutput> {
  const [pair] = await db<{ id: string }[]>`select id from pair`
  const pairIds = [pair?.id ?? '']
  let planned = await plan(deps, { pairIds })
  while (planned.reads.length + planned.people.length > 0) {
    const signal = new AbortController().signal
    for (const call of planned.reads) await read(deps, { ...call, priority: 'change' }, signal)
    for (const call of planned.people) await people(deps, { ...call, priority: 'change' }, signal)
    planned = await plan(deps, { pairIds, since: planned.since })
  }
  return planned
}
