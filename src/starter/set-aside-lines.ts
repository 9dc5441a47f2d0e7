import type { SetAside } from '../store/adoptions.ts'
import { quoted } from './command-name.ts'
import { counted, shorten } from './task-words.ts'

const SAMPLES = 5

/** Tasks that lie in projects which stages use since, for a person: a few of each, and how they enter. */
export function setAsideLines(all: readonly SetAside[]): string[] {
  return all.flatMap(({ route, project, name, tasks }) => {
    const rest = tasks.length - SAMPLES
    return [
      `${counted(tasks.length, 'task')} that lay in your project “${name}” before ${tasks.length === 1 ? 'stays yours and is' : 'stay yours and are'} left alone:`,
      ...tasks.slice(0, SAMPLES).map(({ title }) => `  “${shorten(title)}”`),
      ...(rest > 0 ? [`  … and ${rest} more (--json shows all)`] : []),
      `  To let ${tasks.length === 1 ? 'it' : 'all of them'} into route ${route}: ${quoted(`route edit ${route} --adopt ${typed(name, project)}`)}.`,
    ]
  })
}

/** A name as one types it; the id of a project whose name would need more than quotes. */
function typed(name: string, id: string): string {
  return /^[^'"]+$/u.test(name) ? `'${name}'` : id
}
