import type { PairCall, PlanOutput, ReadCall, WriteCall } from '../activities/plan/draft.ts'
import type { PlanInput } from '../activities/plan.ts'
import type { WriteOutput } from '../activities/write.ts'

/** The steps of settling, however they are run: as activities of a workflow, or one by one under a test's scheduler. */
export type Steps = {
  plan(input: PlanInput): Promise<PlanOutput>
  /** With `planNext`, the plan after it in the same step; null where it must be asked for. */
  read(call: ReadCall & { readonly planNext?: PlanInput }): Promise<PlanOutput | null>
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

/**
 * Where it begins. `look`: at one side, as the first plan would ask for it; `lookedSince`: who asks for it has had a look at what
 * lies on one side.
 */
export type Begin = {
  readonly look?: Omit<ReadCall, 'pairIds' | 'direct'> | undefined
  readonly lookedSince?: string | undefined
}

/** After so many rounds the rest is left to the next dispatch: somebody keeps changing things. */
const MAX_ROUNDS = 30

/**
 * Settles pairs: plan, look and write, again until nothing is left to do now. Makes no decision of its own; whatever
 * stops it, the record holds what is pending.
 */
export async function settle(
  steps: Steps,
  pairIds: readonly string[],
  { lookedSince, look }: Begin = {},
): Promise<Settled> {
  const unsettled = new Set<string>()
  let open = pairIds
  let since = look?.plannedAt ?? lookedSince
  let ahead: PlanOutput | null = null
  if (look !== undefined) {
    const { plan, trouble } = await lookFirst(steps, pairIds, look)
    if (trouble !== null) return { pending: open, unsettled: [], trouble }
    ahead = plan
  }
  for (let round = 0; round < MAX_ROUNDS && open.length > 0; round += 1) {
    const planned: PlanOutput = ahead ?? (await steps.plan({ pairIds: open, since }))
    since = planned.since
    for (const id of open) unsettled.delete(id)
    for (const id of planned.unsettled) unsettled.add(id)
    const { outputs, trouble, ...ran } = await runCalls(steps, planned)
    ahead = ran.ahead
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

/** The plan on that look; null where it must be asked for. */
async function lookFirst(
  steps: Steps,
  pairIds: readonly string[],
  look: NonNullable<Begin['look']>,
): Promise<{ readonly plan: PlanOutput | null; readonly trouble: string | null }> {
  const planNext = { pairIds, since: look.plannedAt }
  try {
    return { plan: await steps.read({ ...look, pairIds, direct: false, planNext }), trouble: null }
  } catch (error) {
    if (error instanceof Trouble) return { plan: null, trouble: error.kind }
    throw error
  }
}

type Ran = {
  readonly outputs: readonly WriteOutput[]
  /** The next plan, where it was made by who looked. */
  readonly ahead: PlanOutput | null
  readonly trouble: string | null
}

/** Everything that can be done at once. A plan that waits for one look alone is made by who looks. */
async function runCalls(steps: Steps, planned: PlanOutput): Promise<Ran> {
  const { reads, people, writes, postponed, since } = planned
  const alone = reads.length + people.length + writes.length === 1
  const withPlan = (call: ReadCall) => ({
    ...call,
    planNext: { pairIds: unique([...call.pairIds, ...postponed]), since },
  })
  const [looks, asked, sent] = await Promise.all([
    Promise.allSettled(reads.map((call) => steps.read(alone ? withPlan(call) : call))),
    Promise.allSettled(people.map((call) => steps.people(call))),
    Promise.allSettled(writes.map((call) => steps.write(call))),
  ])
  const failed = [...looks, ...asked, ...sent].find((result) => result.status === 'rejected')
  if (failed !== undefined && !(failed.reason instanceof Trouble)) throw failed.reason
  // Workers of an earlier version give no plan back.
  const [looked] = alone ? looks : []
  return {
    outputs: sent.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    ahead: looked?.status === 'fulfilled' ? (looked.value ?? null) : null,
    trouble: failed === undefined ? null : (failed.reason as Trouble).kind,
  }
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}
