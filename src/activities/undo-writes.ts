import type { Decree } from '../core/decree.ts'
import type { Side } from '../core/policy.ts'
import type { FieldValues } from '../core/task.ts'
import { writesOf } from './decree-value.ts'
import type { PairPicture } from './pair-picture.ts'

/**
 * What an undo writes to one side. `from`: what the task holds now in these fields; empty where it does not exist.
 * `own`: of a task that is made again, what the other side's gets that this side has no field for.
 */
export type UndoWrite = {
  readonly pair: string
  readonly title: string | null
  readonly side: Side
  readonly verb: 'create' | 'update' | 'delete'
  readonly from: FieldValues
  readonly fields: FieldValues
  readonly own?: FieldValues
}

/** A pair, for a person. */
type Named = { readonly pair: string; readonly title: string | null }

/** What a decree of an undo writes. `all`: the decrees of its pair: what is made again open may be completed by another. */
export function writesIn(
  decree: Decree,
  all: readonly Decree[],
  picture: PairPicture,
  named: Named,
): UndoWrite[] {
  switch (decree.kind) {
    case 'field':
      return writesOf(decree, picture).map(({ side, field, from, to }) => ({
        ...named,
        side,
        verb: 'update',
        from: { [field]: from },
        fields: { [field]: to },
      }))
    case 'stamp':
      return [{ ...named, side: decree.side, verb: 'create', from: {}, fields: decree.fields }]
    case 'remove':
      return [{ ...named, side: decree.side, verb: 'delete', from: decree.after, fields: {} }]
    case 'remake': {
      const { side, own } = decree
      const completed = all.some((one) => one.kind === 'field' && one.field === 'completed')
      return [{ ...named, side, verb: 'create', from: {}, fields: { ...decree.fields, completed }, own }]
    }
  }
}
