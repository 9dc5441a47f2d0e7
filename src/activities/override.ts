import { LONG_AGO } from '../core/db-time.ts'
import { decreesBut } from '../core/decree.ts'
import { keepBoth } from '../store/conflicts.ts'
import type { Tx } from '../store/database.ts'
import { savePairs } from '../store/pairs.ts'
import type { SideValues } from './decree-value.ts'
import { type DecideDeps, lockPicture, recallWrites, sharedField, titleOf } from './pair-picture.ts'

/** `held`: what each side holds now, null where it shows no task. `changed`: false when it was so before. */
export type Overridden = {
  readonly pair: string
  readonly title: string | null
  readonly field: string
  readonly overridden: boolean
  readonly held: SideValues
  readonly changed: boolean
}

/**
 * Keeps a field of a pair as it is on each side: sync writes it on neither (`keep`), until it is given free again; then
 * the pair is decided anew. Throws UserError (exit code 2) for a pair or field that there is not.
 */
export async function overrideField(
  tx: Tx,
  deps: DecideDeps,
  given: { readonly pairId: string; readonly field: string; readonly keep: boolean },
): Promise<Overridden> {
  const picture = await lockPicture(tx, deps, given.pairId)
  const { pair, members, tasks } = picture
  const field = sharedField(picture, given.field)
  const changed = pair.overrides.includes(field) !== given.keep
  if (changed) {
    if (given.keep) await recallWrites(tx, pair.id, [field])
    if (given.keep) await keepBoth(tx, pair.id, field)
    const others = pair.overrides.filter((one) => one !== field)
    await savePairs(tx, [
      {
        ...pair,
        overrides: given.keep ? [...others, field] : others,
        decrees: decreesBut(pair.decrees, new Set([field])),
        standing: pair.standing.filter((one) => one.field !== field),
        wakeAt: LONG_AGO,
      },
    ])
  }
  return {
    pair: pair.id,
    title: titleOf(members),
    field,
    overridden: given.keep,
    held: { left: tasks.left?.[field] ?? null, right: tasks.right?.[field] ?? null },
    changed,
  }
}
