import type { Notice } from '../../core/beside.ts'
import type { RemoteTask } from '../../core/observation.ts'
import type { Provider } from '../../providers/contract.ts'

/**
 * The comment of a notice. `lasts`: false when it is over. `other`: the service on the other side, whose people and
 * tasks it is about. Null where there was nothing to tell. Nothing of the task or of a person goes into it.
 */
export function noticeText(
  notice: Notice | null,
  lasts: boolean,
  seen: RemoteTask,
  other: Provider,
): string | null {
  const { name, personHelp, personHint } = other
  switch (notice) {
    case 'needs-person': {
      if (!lasts) return `Dealbridge: the person is known now.`
      const how = personHelp === undefined ? '' : ` Name the person by ${personHelp}.`
      return (personHint?.(seen.task) ?? null) === null
        ? `Dealbridge: whose task is this? It goes to ${name} once its person is known.${how}`
        : `Dealbridge: the person whom this task names was not found in ${name}, or there are several of that name.${how}`
    }
    case 'sync-problem':
      return lasts
        ? `Dealbridge: the task of ${name} that belongs to this one cannot be seen any more. Nothing is changed on either side until it can. Perhaps its person went to somebody else.`
        : `Dealbridge: the task can be seen in ${name} again, and is kept in step.`
    case 'reassigned':
      return lasts
        ? `Dealbridge: this task is assigned to somebody else in ${name} now, and is kept in step here no more. You may complete or delete it: nothing changes in ${name}.`
        : `Dealbridge: this task is assigned to you in ${name} again, and is kept in step.`
    case 'needs-deal-link':
      // What it asks is said with the deals (`dealText`).
      return lasts ? null : `Dealbridge: it is clear now to which deal this task belongs.`
    case 'deal-question':
      // What it told goes on being true of what its user did.
      return null
    case 'deal-ended':
      // What it tells is said with the deals.
      return null
    case null:
      return null
  }
}
