import { UserError } from '../../config/errors.ts'
import { LOCAL_STATUSES, type LocalStatus } from '../../core/local-task.ts'
import { oneLine } from '../../core/normalise.ts'
import { shownTasks } from '../../receiver/api/shown.ts'
import { carriedOf } from '../../store/local/carried.ts'
import { allLists } from '../../store/local/list-rows.ts'
import { searchTasks } from '../../store/local/task-search.ts'
import type { Answer } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { inZone, ownTasksZone } from '../shown-zone.ts'
import { counted } from '../task-words.ts'
import type { Keeping } from './keeping.ts'
import { namedList } from './named.ts'
import { taskTable } from './task-lines.ts'

export type ListFlags = {
  readonly list?: string
  readonly status?: string
  readonly dueFrom?: string
  readonly dueTo?: string
  readonly label?: string
  readonly text?: string
  readonly archived?: boolean
  readonly deleted?: boolean
  readonly all?: boolean
  readonly limit?: number
  readonly json?: boolean
}

const LIMIT = 200

/** Tasks that are not done, unless something else is asked for; oldest first. Throws UserError (exit code 2). */
export async function list({ deps: { db } }: Keeping, flags: ListFlags): Promise<Answer> {
  const zone = await ownTasksZone(db)
  const named = flags.list === undefined ? null : await namedList(db, flags.list)
  const everything = flags.all === true
  const found = await searchTasks(db, {
    list: named?.id ?? null,
    parent: null,
    status: statusesOf(flags),
    dueFrom: dayOf('--due-from', flags.dueFrom),
    dueTo: dayOf('--due-to', flags.dueTo),
    zone,
    label: flags.label === undefined ? null : oneLine(flags.label),
    text: flags.text === undefined ? null : oneLine(flags.text),
    updatedSince: null,
    archived: flags.archived === true ? 'only' : everything || flags.deleted === true ? 'too' : 'no',
    deleted: flags.deleted === true ? 'only' : 'no',
    after: null,
    limit: flags.limit ?? LIMIT,
  })
  const { tasks, next } = found
  const lists = await allLists(db, { archived: true, deleted: true })
  const carried = await carriedOf(db, tasks)
  const more =
    next === null ? [] : [`There are more: ${quoted('tasks list --limit 1000')} shows more of them.`]
  return {
    json: { tasks: await shownTasks(db, tasks), more: next !== null },
    lines:
      tasks.length === 0
        ? [`No task. ${quoted('tasks add "Call Dana"')} adds one.`]
        : inZone(
            [...taskTable(tasks, lists, zone, carried), `${counted(tasks.length, 'task')}.`, ...more],
            zone,
          ),
    outcome: 0,
  }
}

function statusesOf({ status: text, all, archived, deleted }: ListFlags): readonly LocalStatus[] | null {
  if (text === undefined) return all || archived || deleted ? null : ['open', 'blocked']
  return text.split(',').map((one) => {
    const status = LOCAL_STATUSES.find((known) => known === one.trim())
    if (status === undefined) throw badFlag('--status', LOCAL_STATUSES.join(', '))
    return status
  })
}

function dayOf(flag: string, text: string | undefined): string | null {
  if (text === undefined) return null
  if (/^[1-9]\d{3}-\d\d-\d\d$/u.test(text)) return text
  throw badFlag(flag, 'a day such as 2027-01-31')
}

function badFlag(flag: string, allowed: string): UserError {
  return new UserError({
    code: 'BAD_VALUE',
    message: `${flag} takes ${allowed}.`,
    hints: ['"dealbridge tasks list --help" shows what each takes.'],
    exitCode: 2,
  })
}
