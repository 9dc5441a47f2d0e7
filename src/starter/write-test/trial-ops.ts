import { randomUUID } from 'node:crypto'
import { stepsFor } from '../../activities/plan/steps.ts'
import { NOTHING_BESIDE } from '../../core/beside.ts'
import type { RemoteTask } from '../../core/observation.ts'
import { FIELDS, type Field, type FieldValues } from '../../core/task.ts'
import { writeTestTitle } from '../../core/write-test.ts'
import type { Capabilities, ContainerTarget, WriteOp } from '../../providers/contract.ts'

const DAY_MS = 86_400_000
const NOTES = 'Made by "dealbridge doctor --write-test", which deletes it at its end.'

/** What is written for a trial of this id (a UUID); only what the service takes. `edited`: with other values in two fields. */
export function trialFields(
  id: string,
  { fields }: Capabilities,
  edited: boolean,
  now = Date.now(),
): FieldValues {
  const day = new Date(now + (edited ? 31 : 30) * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length)
  const wanted: FieldValues = {
    title: writeTestTitle(id, edited),
    due: { kind: 'day', day },
    ...(edited ? {} : { notes: NOTES, type: 'Follow Up', priority: 3, completed: false }),
  }
  const written = FIELDS.filter((field): field is Field => field in wanted)
  return Object.fromEntries(
    written
      .filter((field) => fields[field] === 'rw' || (!edited && fields[field] === 'createOnly'))
      .map((field) => [field, wanted[field]]),
  )
}

type Target = {
  readonly capabilities: Capabilities
  readonly zone: string
  /** The task as last seen; null before it is made. */
  readonly seen: { readonly remoteId: string; readonly task: RemoteTask } | null
  readonly person: string | null
  readonly container: ContainerTarget | null
}

/** One write of a trial, with keys of its own. */
export function trialOp(verb: WriteOp['verb'], fields: FieldValues, target: Target): WriteOp {
  const { capabilities, seen } = target
  const marked = verb === 'create' && capabilities.notices
  return {
    opId: `write-test/${randomUUID()}`,
    verb,
    remoteId: seen?.remoteId ?? null,
    before: seen?.task ?? null,
    person: target.person,
    children: [],
    marker: null,
    // Where users can say by a label that a task is to be left alone, it says so, too.
    beside: marked ? { ...NOTHING_BESIDE, flags: { add: ['no-sync'], remove: [] } } : null,
    container: verb === 'create' ? target.container : null,
    steps: stepsFor(verb, fields, capabilities).map(({ name, fields: carried }) => ({
      name,
      key: randomUUID(),
      fields: carried,
    })),
    zone: target.zone,
  }
}
