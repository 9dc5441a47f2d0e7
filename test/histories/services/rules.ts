import { kept } from './regressions.ts'
import type { Edit, Event, Script } from './script.ts'
import type { Side } from './sides.ts'

const edit = (...edits: readonly (readonly [Side, Edit['verb'], number])[]): Event => ({
  do: 'edit',
  edits: edits.map(([side, verb, value]) => ({ side, verb, token: 'T1', value })),
})
const IN_STEP: readonly Event[] = [
  { do: 'create', side: 'left', token: 'T1', value: 0.5442, how: 'token' },
  { do: 'settle' },
]
const BOTH_RENAME = edit(['left', 'rename', 0.1], ['right', 'rename', 0.2])

/**
 * The shortest histories that show a rule which seeds meet only now and then: whoever breaks it fails one of them for
 * certain (scripts/mutants/list/histories.ts).
 */
export const RULES: readonly { readonly rule: string; readonly script: Script }[] = [
  {
    rule: 'what is edited in Todoist alone reaches Follow Up Boss',
    script: kept(1, [...IN_STEP, edit(['right', 'rename', 0.2])]),
  },
  {
    rule: 'the loser of a conflict is kept',
    script: kept(1, [...IN_STEP, BOTH_RENAME]),
  },
  {
    rule: 'by conflict rule left it wins',
    script: kept(1, [...IN_STEP, BOTH_RENAME], { conflicts: 'left' }),
  },
  {
    rule: 'by conflict rule right it wins',
    script: kept(1, [...IN_STEP, BOTH_RENAME], { conflicts: 'right' }),
  },
  {
    rule: 'by conflict rule manual nobody does',
    script: kept(1, [...IN_STEP, BOTH_RENAME], { conflicts: 'manual' }),
  },
  {
    rule: 'an edit beats a deletion that came before it',
    script: kept(1, [...IN_STEP, edit(['left', 'delete', 0.1], ['right', 'rename', 0.2])]),
  },
  {
    rule: 'an edit beats a deletion that came after it, by somebody who had not seen it',
    script: kept(1, [...IN_STEP, edit(['right', 'due', 0.2], ['left', 'delete', 0.1])]),
  },
  {
    rule: 'what a user typed into a description, and his labels, stay when ours is written',
    script: kept(1, [
      ...IN_STEP,
      edit(['right', 'describe', 0.6], ['right', 'label', 0.3], ['right', 'priority', 0.9]),
      { do: 'settle' },
      edit(['left', 'rename', 0.2], ['left', 'type', 0.3]),
    ]),
  },
]
