import { sameValue } from '../../core/equal.ts'
import type { CanonicalTask, Field } from '../../core/task.ts'
import type {
  DbTime,
  RemoteTask,
  StepResult,
  WriteOp,
  WriteReply,
  WriteResult,
  WriteStep,
} from '../contract.ts'
import type { ProviderError } from '../provider-error.ts'
import { identity } from './check.ts'
import type { Client } from './client.ts'
import { keep } from './keep.ts'
import { inLanes } from './lanes.ts'
import { writeStep } from './write-step.ts'

/** What stops the whole call: nothing more is sent after it. */
type Halt = { error: ProviderError | null }

/**
 * The contract's `write`. One request per step; the ops of one person go one after another, so that a create whose
 * outcome is unknown can be told from its neighbours.
 */
export async function write(client: Client, ops: readonly WriteOp[]): Promise<WriteReply> {
  // The first call of a process may be a write, and no answer has named the account yet: a key that was exchanged for
  // one of another account must not write.
  if (client.memory.account !== client.connection.facts?.accountId) await identity(client)
  const halt: Halt = { error: null }
  const results = new Map<string, Omit<WriteResult, 'askedAt'> & { readonly askedAt: DbTime | null }>()
  await inLanes(lanesOf(ops), async (op) => {
    results.set(op.opId, await writeOp(client, op, halt))
  })
  const all = ops.flatMap((op) => results.get(op.opId) ?? [])
  const touched = all.some(({ steps }) => steps.some(({ outcome }) => outcome !== 'skipped'))
  if (halt.error !== null && !touched) throw halt.error
  const times = all.flatMap(({ askedAt }) => askedAt ?? []).sort()
  const earliest = times[0] ?? (await client.connection.gate.take('global')).askedAt
  return {
    results: all.map((result) => ({ ...result, askedAt: result.askedAt ?? earliest })),
    containers: [],
  }
}

function lanesOf(ops: readonly WriteOp[]): readonly (readonly WriteOp[])[] {
  const lanes = new Map<string, WriteOp[]>()
  for (const op of ops) {
    const person = op.person ?? op.before?.person
    const lane = person == null ? `task ${op.remoteId ?? op.opId}` : `person ${person}`
    lanes.set(lane, [...(lanes.get(lane) ?? []), op])
  }
  return [...lanes.values()]
}

async function writeOp(client: Client, op: WriteOp, halt: Halt) {
  const steps: StepResult[] = []
  let remoteId = op.remoteId
  let now: RemoteTask | null = null
  let askedAt: DbTime | null = null
  let failed = false
  for (const step of op.steps) {
    if (failed || halt.error !== null) {
      steps.push({ name: step.name, outcome: 'skipped', error: halt.error ?? undefined })
      continue
    }
    if (now !== null && wasEdited(op, step, now)) {
      // What the answer to the step before shows was typed since the plan looked: it is planned anew.
      steps.push({ name: step.name, outcome: 'skipped' })
      continue
    }
    const done = await writeStep(client, op, step, remoteId)
    const { outcome, error } = done.result
    if (outcome === 'skipped' && error !== undefined) halt.error ??= error
    if (outcome === 'confirmed') now = done.shown?.seen ?? null
    if (outcome === 'confirmed' || now === null) askedAt = done.askedAt ?? askedAt
    remoteId ??= done.shown?.remoteId ?? null
    failed = outcome !== 'confirmed'
    steps.push({ ...done.result, ...(done.shown && { shown: done.shown.seen }) })
  }
  return { opId: op.opId, askedAt, remoteId, now, steps }
}

/** True where a field of the step is neither as the plan has seen it nor as it is to be. */
function wasEdited({ before, zone }: WriteOp, step: WriteStep, now: RemoteTask): boolean {
  if (before === null) return false
  return (Object.keys(step.fields) as Field[]).some((field) => {
    const kept = (value: CanonicalTask[typeof field] | undefined) =>
      value === undefined ? undefined : keep(field, value, { zone })
    const shown = kept(now.task[field])
    return !sameValue(shown, kept(before.task[field])) && !sameValue(shown, kept(step.fields[field]))
  })
}
