import { UserError } from '../../config/errors.ts'
import type { LocalList } from '../../core/local-task.ts'
import { foldLabel } from '../../core/type-labels.ts'
import { listEdit } from '../../receiver/api/schemas.ts'
import { shownList } from '../../receiver/api/shown.ts'
import { addList, changeList } from '../../store/local/change-list.ts'
import { deleteList, purgeList, restoreList, type TasksOfDeleted } from '../../store/local/delete-list.ts'
import { allLists } from '../../store/local/list-rows.ts'
import { tasksIn } from '../../store/local/task-rows.ts'
import type { LocalWriting } from '../../store/local/writing.ts'
import { type Answer, DRY } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { counted } from '../task-words.ts'
import { type Keeping, keep } from './keeping.ts'
import { namedList, SHOWN_DIGITS } from './named.ts'
import { listTable, listWords } from './task-lines.ts'
import type { WriteFlags } from './task-writes.ts'

export async function showLists(
  { deps: { db } }: Keeping,
  { archived = false }: { readonly archived?: boolean },
): Promise<Answer> {
  const lists = await allLists(db, { archived, deleted: false })
  return { json: { lists: lists.map(shownList) }, lines: listTable(lists), outcome: 0 }
}

export function addNamed(
  keeping: Keeping,
  name: string,
  { colour, ...flags }: WriteFlags & { readonly colour?: string },
): Promise<Answer> {
  return written(keeping, flags, async (writing) => {
    const values = valuesOf({ name, ...(colour === undefined ? {} : { colour }) })
    const known = await allLists(writing.tx, { archived: true, deleted: false })
    const list = await addList(writing, { name: values.name ?? name, colour: values.colour ?? null })
    const twin = known.some((one) => foldLabel(one.name) === foldLabel(list.name))
    const more = twin ? ['Another list has that name: call each by the first digits of its id.'] : []
    return { list, words: 'is added', more }
  })
}

export function rename(keeping: Keeping, list: string, name: string, flags: WriteFlags): Promise<Answer> {
  return written(keeping, flags, async (writing) => {
    const { id } = await namedList(writing.tx, list)
    const renamed = await changeList(writing, id, { name: valuesOf({ name }).name ?? name })
    return { list: renamed, words: 'is its name now' }
  })
}

export function remove(
  keeping: Keeping,
  list: string,
  {
    tasks = null,
    hard = false,
    ...flags
  }: WriteFlags & { readonly tasks?: TasksOfDeleted; readonly hard?: boolean },
): Promise<Answer> {
  return written(keeping, flags, async (writing) => {
    const found = await namedList(writing.tx, list)
    const { length } = await tasksIn(writing.tx, found.id, true)
    const gone = `${hard ? 'is purged' : 'is deleted'}${withTasks(length, tasks)}`
    if (hard) {
      await purgeList(writing, found.id, tasks)
      return { list: found, words: gone }
    }
    const back = quoted(`tasks lists restore ${found.id.slice(0, SHOWN_DIGITS)}`)
    return { list: await deleteList(writing, found.id, tasks), words: `${gone}; ${back} brings it back` }
  })
}

function withTasks(count: number, tasks: TasksOfDeleted): string {
  if (count === 0) return ''
  return tasks === 'delete'
    ? `, and with it ${counted(count, 'task')}, also where ${count === 1 ? 'it is' : 'they are'} kept in step`
    : `; ${counted(count, 'task')} of it ${count === 1 ? 'is' : 'are'} in the default list`
}

/** As it was, without the tasks that it lost. */
export function restore(keeping: Keeping, list: string, flags: WriteFlags): Promise<Answer> {
  return written(keeping, flags, async (writing) => {
    const { id } = await namedList(writing.tx, list, { deleted: true })
    const words = `is there again, without the tasks that it lost; ${quoted('tasks list --deleted')} shows those`
    return { list: await restoreList(writing, id), words }
  })
}

function valuesOf(values: { readonly name: string; readonly colour?: string }) {
  const parsed = listEdit.safeParse(values)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UserError({
    code: 'BAD_VALUE',
    message: `The list's ${String(issue?.path[0])} ${issue?.message}.`,
    hints: ['"dealbridge tasks lists add --help" shows what it takes.'],
    exitCode: 2,
  })
}

/** `words`: what became of the list. `more`: lines of their own. */
type Written = { readonly list: LocalList; readonly words: string; readonly more?: readonly string[] }

async function written(
  keeping: Keeping,
  { dryRun }: WriteFlags,
  work: (writing: LocalWriting) => Promise<Written>,
): Promise<Answer> {
  const { result, outcome } = await keep(keeping, dryRun, work)
  const { list, words, more = [] } = result
  const lines = [`List ${listWords(list)} ${words}.`, ...more]
  return {
    json: { lists: [shownList(list)] },
    lines: dryRun === true ? [DRY, ...lines] : lines,
    outcome,
  }
}
