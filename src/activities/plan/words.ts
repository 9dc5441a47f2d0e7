import { otherSide } from '../../core/policy.ts'
import type { PlannedWrite } from '../../core/reconcile.ts'
import type { PersonHint } from '../../providers/contract.ts'
import type { MemberRow, PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'

/** The person that a task's words name, for a side whose tasks belong to people; null when they name none. */
export function hintFor(
  write: Pick<PlannedWrite, 'side'>,
  source: MemberRow,
  route: RouteContext,
): PersonHint | null {
  const { provider } = route.sides[write.side]
  if (!provider.capabilities.needsPerson || provider.personHint === undefined) return null
  return provider.personHint(source.row.seen.task)
}

/**
 * A create for a person whom the words named leaves the machine's words out: on the new task, and, with an edit of
 * its own, on the task that held them.
 */
export function withoutHint(
  write: PlannedWrite,
  source: MemberRow,
  pair: PairRow,
  route: RouteContext,
): { readonly create: PlannedWrite; readonly tidy: PlannedWrite | null } {
  const hint = pair.person === null ? null : hintFor(write, source, route)
  if (write.verb !== 'create' || hint === null) return { create: write, tidy: null }
  const { task } = source.row.seen
  const create = {
    ...write,
    fields: { ...write.fields, title: hint.title },
    sources: { ...write.sources, title: hint.title },
  }
  const fields = {
    ...(hint.title === task.title ? {} : { title: hint.title }),
    ...(hint.label === null ? {} : { labels: task.labels.filter((label) => label !== hint.label) }),
  }
  if (Object.keys(fields).length === 0) return { create, tidy: null }
  const sources = hint.title === task.title ? {} : { title: hint.title }
  return { create, tidy: { side: otherSide(write.side), verb: 'update', fields, sources, cause: 'new-task' } }
}
