import { UserError } from '../../config/errors.ts'
import type { LocalList } from '../../core/local-task.ts'
import { listEdit } from '../../receiver/api/schemas.ts'
import { shownList } from '../../receiver/api/shown.ts'
import { addList, changeList } from '../../store/local/change-list.ts'
import { deleteList, purgeList, type TasksOfDeleted } from '../../store/local/delete-list.ts'
import { allLists } from '../../store/local/list-rows.ts'
import type { LocalWriting } from '../../store/local/writing.ts'
import { type Answer, DRY } from '../answer.ts'
import { type Keeping, keep } from './keeping.ts'
import { namedList } from './named.ts'
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
  return written(keeping, flags, 'is added', async (writing) => {
    const values = valuesOf({ name, ...(colour === undefined ? {} : { colour }) })
    return addList(writing, { name: values.name ?? name, colour: values.colour ?? null })
  })
}

export function rename(keeping: Keeping, list: string, name: string, flags: WriteFlags): Promise<Answer> {
  return written(keeping, flags, 'is its name now', async (writing) => {
    const { id } = await namedList(writing.tx, list)
    return changeList(writing, id, { name: valuesOf({ name }).name ?? name })
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
  return written(keeping, flags, hard ? 'is purged' : 'is deleted', async (writing) => {
    const found = await namedList(writing.tx, list)
    if (!hard) return deleteList(writing, found.id, tasks)
    await purgeList(writing, found.id, tasks)
    return found
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

async function written(
  keeping: Keeping,
  { dryRun }: WriteFlags,
  words: string,
  work: (writing: LocalWriting) => Promise<LocalList>,
): Promise<Answer> {
  const { result, outcome } = await keep(keeping, dryRun, work)
  const line = `List ${listWords(result)} ${words}.`
  return {
    json: { lists: [shownList(result)] },
    lines: dryRun === true ? [DRY, line] : [line],
    outcome,
  }
}
