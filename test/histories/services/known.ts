/**
 * Faults of the product that histories found. A history steers clear of those in `KNOWN`, which are not mended yet, so
 * that others can be found; a mended one is taken off that list, and is asked for from then on.
 *
 * - `edit-of-completed`: a complete walk of Todoist skips what was changed on completed tasks since the cursor
 * - `child-of-new-parent`: a sub-task that is seen before its parent's person is known never gets that person
 * - `children-go-along`: a task that is deleted or completed in the CRM takes its sub-tasks in Todoist along
 * - `completed-not-recreated`: edit beats delete, but a task that was completed too is left behind
 * - `blanks-flow-back`: where a field flows one way, a copy is made without it, and its blank is taken for an edit
 * - `title-one-way`: where titles flow to Todoist alone, one that its user wrote there while the copy was made is
 *   overwritten by the copy's, which nobody edited
 * - `stale-skips-completed`: a complete walk of Todoist whose first page is stale skips what changed on completed tasks
 * - `copied-block-kept`: a block that was copied and typed into leaves its facts behind as the user's text
 */
export type KnownFault =
  | 'edit-of-completed'
  | 'child-of-new-parent'
  | 'children-go-along'
  | 'completed-not-recreated'
  | 'blanks-flow-back'
  | 'title-one-way'
  | 'stale-skips-completed'
  | 'copied-block-kept'

export const KNOWN: readonly KnownFault[] = []
