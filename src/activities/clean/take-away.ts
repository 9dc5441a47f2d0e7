import { type Beside, NOTHING_BESIDE } from '../../core/beside.ts'
import type { RemoteTask } from '../../core/observation.ts'
import { tableLabelChange } from '../../core/table-labels.ts'
import type { FieldValues } from '../../core/task.ts'
import type { Provider } from '../../providers/contract.ts'

/** Labels by which we told a task's user something. `crm` and `no-sync` are what users tell us, and stay. */
const OUR_FLAGS = ['needs-person', 'needs-deal-link', 'sync-problem']

/** What a look at a task has to be judged by. `ours`: labels of tables that we have put there. `others`: markers of routes that go on with it; undefined where none does. */
export type Judged = {
  readonly seen: RemoteTask
  readonly notes: string
  readonly comment: string | null
  readonly ours: readonly string[]
  readonly others: ReadonlySet<string> | undefined
}

/**
 * What takes all that is ours out of a task, and leaves its user's words; null when nothing of ours is in it. What was typed into
 * our block stands in `notes` and stays. Where another route goes on with the task, only a marker that is none of that
 * route's is taken away, with its block. Pure.
 */
export function takingAway(
  provider: Provider,
  { seen, notes, comment, ours, others }: Judged,
): { readonly fields: FieldValues; readonly beside: Beside } | null {
  const { notices, fields: modes } = provider.capabilities
  if (others !== undefined && (seen.marker === null || others.has(seen.marker))) return null
  const remove = notices && others === undefined ? OUR_FLAGS.filter((flag) => seen.flags.includes(flag)) : []
  const labelled = modes.labels === 'rw' && others === undefined
  const labels = labelled ? tableLabelChange(seen.task.labels, [], ours).remove : []
  const spoken = notices && others === undefined ? comment : null
  const typed = modes.notes === 'rw' && notes !== seen.task.notes
  const holds =
    seen.marker !== null ||
    seen.block.length > 0 ||
    remove.length + labels.length > 0 ||
    spoken !== null ||
    typed ||
    provider.ownTraces?.(seen) === true
  if (!holds) return null
  return {
    fields: typed ? { notes } : {},
    beside: {
      ...NOTHING_BESIDE,
      flags: { add: [], remove },
      ...(labels.length === 0 ? {} : { tables: { add: [], remove: labels, wanted: [], ours: [] } }),
      bare: { comment: spoken },
    },
  }
}
