import type { PairCall, PlanOutput, ReadCall, WriteCall } from '../activities/plan/draft.ts'
import type { WriteOutput } from '../activities/write.ts'

/** The steps of settling, however they are run: as activities of a workflow, or one by one under a test's scheduler. */
export type Steps = {
  plan(input: {
    readonly pairIds: readonly string[]
    readonly since?: string | undefined
  }): Promise<PlanOutput>
  read(call: ReadCall): Promise<void>
  people(call: PairCall): Promise<void>
  write(call: WriteCall): Promise<WriteOutput>
}

/** A step's failure that is not the pair's own: the key, the service, the budget. The pairs stay pending. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
  readonly kind: string
  constructor(kind: string, message: string) {
    super(message)
    this.kind = kind
  }
}

/** `pending`: pairs left for later. `unsettled`: pairs in which something failed or waits for a person. */
export type Settled = {
  readonly pending: readonly string[]
  readonly unsettled: readonly string[]
  readonly trouble: string | null
}

/** After so many rounds the rest is left to the next dispatch: somebody keeps changing things. */
const MAX_ROUNDS = 30

/**
 * Settles pairs: plan, look and write, again until nothing is left to do now. Makes no decision of its own; whatever
 * stops it, the record holds what is pending.
 */
export async function settle(steps: Steps, pairIds: readonly string[]): Promise<Settled> {
  const unsettled = new Set<string>()
  let open = pairIds
  let since: string | undefined
  for (let round = 0; round < MAX_ROUNDS && open.length > 0; round += 1) {
    const planned = await steps.plan({ pairIds: open, since })
    since = planned.since
    for (const id of open) unsettled.delete(id)
    for (const id of planned.unsettled) unsettled.add(id)
    const { outputs, trouble } = await runCalls(steps, planned)
    for (const id of outputs.flatMap((output) => output.unsettled)) unsettled.add(id)
    if (trouble !== null) return { pending: open, unsettled: [...unsettled], trouble }
    // Their looks are too old to write on: what follows is a new attempt, with looks of its own.
    if (outputs.some((output) => output.stale === true)) since = undefined
    const acted = outputs.length + planned.reads.length + planned.people.length > 0
    // Changed between the plan and the end of its lease: nobody else takes it up until we do.
    const changed = acted ? [] : planned.pending.filter((id) => !planned.blocked.includes(id))
    if (!acted && changed.length === 0) {
      return { pending: planned.pending, unsettled: [...unsettled], trouble: null }
    }
    open = unique([
      ...changed,
      ...planned.reads.flatMap((call) => call.pairIds),
      ...planned.people.flatMap((call) => call.pairIds),
      ...planned.postponed,
      ...outputs.flatMap((output) => output.pending),
    ])
  }
  return { pending: open, unsettled: [...unsettled], trouble: null }
}

async function runCalls(steps: Steps, planned: PlanOutput) {
  const results = await Promise.allSettled([
    ...planned.reads.map((call) => steps.read(call)),
    ...planned.people.map((call) => steps.people(call)),
    ...planned.writes.map((call) => steps.write(call)),
  ])
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined && !(failed.reason instanceof Trouble)) throw failed.reason
  const outputs = results.flatMap((result) =>
    result.status === 'fulfilled' && result.value ? [result.value] : [],
  )
  return { outputs, trouble: failed === undefined ? null : (failed.reason as Trouble).kind }
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}
