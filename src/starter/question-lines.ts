import { fieldText } from '../core/field-text.ts'
import { otherSide } from '../core/policy.ts'
import type { AmbiguityView, TaskWords } from '../store/ambiguities.ts'
import type { SideNames } from './side-names.ts'
import { shorten } from './task-words.ts'

const SHOWN = 10

/** Tasks that may be one of several on the other side, for a person to see which are meant. `names`: by the route's name. */
export function questionLines(
  questions: readonly AmbiguityView[],
  names: (route: string) => SideNames,
): string[] {
  if (questions.length === 0) return []
  const head =
    questions.length === 1
      ? '1 task may be one of the other side, or not. Until you say which, it is made nowhere:'
      : `${questions.length} tasks may each be one of the other side, or not. Until you say which, they are made nowhere:`
  const shown = questions
    .slice(0, SHOWN)
    .map((question) => `  ${questionWords(question, names(question.route))}`)
  const rest = questions.length - shown.length
  return [head, ...shown, ...(rest > 0 ? [`  … and ${rest} more (--json shows all)`] : [])]
}

function questionWords({ side, task, candidates }: AmbiguityView, names: SideNames): string {
  const others = candidates.map(({ id }) => id).join(', ')
  return `${names[side]} ${task.id} ${titleWords(task)}: ${names[otherSide(side)]} ${others}`
}

/** A task by all that tells it from others: `81 “Call Tom”, due 2027-03-05, Tom Baker`; an unknown one by its id alone. */
export function taskInQuestion({ id, title, due, person }: TaskWords, zone: string): string {
  return [
    title === null ? id : `${id} “${shorten(title)}”`,
    ...(due === null ? [] : [`due ${fieldText('due', due, zone)}`]),
    ...(person === null ? [] : [shorten(person)]),
  ].join(', ')
}

function titleWords({ title, due }: TaskWords): string {
  const when = due === null ? '' : `, due ${due.kind === 'fixed' ? due.at : due.day}`
  return `“${shorten(title ?? '')}”${when}`
}
