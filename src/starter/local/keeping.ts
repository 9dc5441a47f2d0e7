import { UserError } from '../../config/errors.ts'
import { LocalRefusal } from '../../core/local-refusal.ts'
import { type Db, inTransaction, onTrial } from '../../store/database.ts'
import { asUser } from '../../store/local/as-user.ts'
import type { LocalWriting } from '../../store/local/writing.ts'
import type { Outcome } from '../commands/shared.ts'

/** What the commands about our own tasks work with. `nudge`: as in Deciding. */
export type Keeping = {
  readonly deps: { readonly db: Db }
  readonly nudge: (connectionIds: readonly string[]) => Promise<0 | 4>
}

/** Makes a user's change, or, on trial, sees what it would come to. Throws UserError for one that is refused. */
export async function keep<T>(
  { deps, nudge }: Keeping,
  dryRun: boolean | undefined,
  work: (writing: LocalWriting) => Promise<T>,
): Promise<{ readonly result: T; readonly outcome: Outcome }> {
  try {
    if (dryRun === true)
      return { result: (await onTrial(deps.db, (tx) => asUser(tx, work))).result, outcome: 0 }
    const { result, connections } = await inTransaction(deps.db, (tx) => asUser(tx, work))
    return { result, outcome: connections.length === 0 ? 0 : await nudge(connections) }
  } catch (error) {
    throw error instanceof LocalRefusal ? refusal(error) : error
  }
}

function refusal(why: LocalRefusal): UserError {
  return new UserError({
    code: `TASKS_${why.code.replaceAll('-', '_').toUpperCase()}`,
    message: why.message,
    hints: hintsOf(why),
    // What was asked for cannot be; only of a task that somebody else has just changed may the same be asked again.
    exitCode: why.code === 'stale' ? 1 : 2,
    cause: why,
  })
}

function hintsOf({ code }: LocalRefusal): string[] {
  switch (code) {
    case 'deleted':
      return [
        '"dealbridge tasks restore <id>" brings a task back, "dealbridge tasks lists restore <list>" a list.',
      ]
    case 'archived-list':
      return ['Choose another one: "dealbridge tasks lists" shows them.']
    case 'list-in-use':
      return ['Say it with --tasks keep or --tasks delete.']
    case 'no-task':
    case 'no-list':
    case 'no-parent':
    case 'other-list':
    case 'below-itself':
    case 'default-list':
    case 'stale':
      return []
  }
}
