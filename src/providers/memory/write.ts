import { NOTHING_BESIDE } from '../../core/beside.ts'
import { labelSet } from '../../core/normalise.ts'
import type { FieldValues } from '../../core/task.ts'
import { writeLabels } from '../../core/type-labels.ts'
import type { Connection, StepResult, WriteOp, WriteReply, WriteResult } from '../contract.ts'
import { begin, type MemoryOptions, trouble } from './call.ts'
import { findHomes, type Homes } from './homes.ts'
import { held } from './keep.ts'
import { remote } from './look.ts'
import type { MemoryService } from './service.ts'

/** Who the provider's key is at an in-memory service. */
export const MEMORY_USER = 'us'

/** The contract's `write`: one request for all ops. */
export async function write(
  options: MemoryOptions,
  connection: Connection,
  ops: readonly WriteOp[],
): Promise<WriteReply> {
  const { service, kind } = options
  const { askedAt, lost, refuses } = await begin(options, 'write', connection)
  if (refuses)
    return {
      results: ops.map((op) => ({ ...refused(kind, 'invalid', op), opId: op.opId, askedAt })),
      containers: [],
    }
  const { homes, made } = findHomes(service, ops)
  const results = ops.map((op) => ({ ...writeOne(options, op, homes), opId: op.opId, askedAt }))
  if (!lost) {
    return {
      results,
      containers: [...made].map(([containerId, remoteId]) => ({ containerId, remoteId })),
    }
  }
  const error = trouble(kind, 'ambiguous-write')
  const unknown = (op: WriteOp): StepResult[] =>
    op.steps.map((step) => ({ name: step.name, outcome: 'unknown', error }))
  return {
    results: ops.map((op) => ({
      opId: op.opId,
      askedAt,
      remoteId: op.remoteId,
      now: null,
      steps: unknown(op),
    })),
    containers: [],
  }
}

type Done = Pick<WriteResult, 'remoteId' | 'now' | 'steps' | 'comment'>

function writeOne({ service, kind, flavour }: MemoryOptions, op: WriteOp, homes: Homes): Done {
  const fields = held(flavour, Object.assign({}, ...op.steps.map((step) => step.fields)) as FieldValues)
  const found = op.container === null ? undefined : homes.get(op.container.containerId)
  const home = found ?? null
  const isHomeless = found === null
  const done = (remoteId: string): Done => {
    const comment = flavour === 'feed' && op.verb === 'update' ? writeBeside(service, op, remoteId) : null
    const task = service.get(remoteId)
    return {
      ...(comment === null ? {} : { comment }),
      remoteId,
      now: task === undefined || task.deleted ? null : remote(task),
      steps: op.steps.map(({ name }) =>
        name === 'move' && isHomeless
          ? { name, outcome: 'refused', error: trouble(kind, 'gone') }
          : { name, outcome: 'confirmed' },
      ),
    }
  }
  if (op.verb === 'create' && flavour === 'bare' && op.person === null) return refused(kind, 'invalid', op)
  if (op.verb === 'create' && isHomeless) return refused(kind, 'gone', op)
  if (op.verb === 'create') {
    const key = flavour === 'feed' ? op.steps[0]?.key : undefined
    return done(
      service.create({
        fields: {
          ...fields,
          labels: labelSet(writeLabels(fields.labels ?? [], { tables: op.beside?.tables })),
          ...(home === null ? {} : { list: home.list }),
        },
        person: op.person,
        container: home?.container ?? null,
        marker: flavour === 'feed' ? op.marker : null,
        block: (flavour === 'feed' ? op.beside?.block : null) ?? [],
        madeBy: MEMORY_USER,
        ...(key === undefined ? {} : { key }),
      }),
    )
  }
  const id = op.remoteId ?? ''
  if (op.verb === 'delete') {
    service.delete(id)
    return done(id)
  }
  if (!service.edit(id, fields)) return refused(kind, 'gone', op)
  if (home !== null) service.place(id, home)
  return done(id)
}

/** What goes beside the fields, in the first step or in one of its own. Gives back the id of a comment. */
function writeBeside(service: MemoryService, op: WriteOp, id: string): string | null {
  const { block, flags, tables, comment, bare } = op.beside ?? NOTHING_BESIDE
  const before = service.get(id)
  const comments = op.steps.find(({ name }) => name === 'comment')
  if (before === undefined) return null
  if (op.steps[0] !== comments)
    service.beside(id, {
      marker: bare === undefined ? (op.marker ?? before.marker) : null,
      block: bare === undefined ? (block ?? before.block) : [],
      task: { ...before.task, labels: labelSet(writeLabels(before.task.labels, { tables })) },
      flags: labelSet([...before.flags.filter((flag) => !flags.remove.includes(flag)), ...flags.add]),
    })
  if (bare !== undefined && bare.comment !== null) service.uncomment(id, bare.comment)
  return comment === null || comments === undefined ? null : service.comment(id, comment, comments.key)
}

function refused(provider: string, why: 'gone' | 'invalid', op: WriteOp): Done {
  const error = trouble(provider, why)
  const steps = op.steps.map(
    ({ name }, nth): StepResult => ({ name, outcome: nth === 0 ? 'refused' : 'skipped', error }),
  )
  return { remoteId: op.remoteId, now: null, steps }
}
