import { fieldText } from '../../core/field-text.ts'
import { type LocalTask, statusAfter } from '../../core/local-task.ts'
import { changeOfEdit, draftOf } from '../../receiver/api/edit.ts'
import { shownTasks } from '../../receiver/api/shown.ts'
import { addTask, changeTask, type TaskChange } from '../../store/local/change-task.ts'
import { deleteTask, purgeTask, restoreTask } from '../../store/local/delete-task.ts'
import type { LocalWriting } from '../../store/local/writing.ts'
import { type Answer, DRY } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { ownTasksZone } from '../shown-zone.ts'
import { type Keeping, keep } from './keeping.ts'
import { namedTask } from './named.ts'
import { type TaskFlags, valuesOf } from './task-flags.ts'
import { taskWords } from './task-lines.ts'

/** Flags of every command that writes. */
export type WriteFlags = { readonly dryRun?: boolean; readonly json?: boolean }

/** Throws UserError. */
export async function add(
  keeping: Keeping,
  title: string,
  { dryRun, ...flags }: TaskFlags & WriteFlags,
): Promise<Answer> {
  const zone = await ownTasksZone(keeping.deps.db)
  return written(
    keeping,
    dryRun,
    (task) => `is added${dueWords(task, flags, zone)}`,
    async (writing) => {
      const values = await valuesOf(writing.tx, { ...flags, title }, zone)
      return [await addTask(writing, draftOf({ ...values, title: values.title ?? title }))]
    },
  )
}

export async function edit(
  keeping: Keeping,
  task: string,
  { dryRun, ...flags }: TaskFlags & WriteFlags,
): Promise<Answer> {
  const zone = await ownTasksZone(keeping.deps.db)
  return written(
    keeping,
    dryRun,
    (task) => `is as you want it${dueWords(task, flags, zone)}`,
    async (writing) => {
      const { id } = await namedTask(writing.tx, task)
      const change = await changeOfEdit(writing, id, await valuesOf(writing.tx, flags, zone))
      return [await changeTask(writing, id, change)]
    },
  )
}

/** The zone in which a time of day was taken, which may not be the one that was meant. */
function dueWords({ due }: LocalTask, given: TaskFlags, zone: string): string {
  if (given.due === undefined || due === null || due.kind === 'day') return ''
  return `, due ${fieldText('due', due, zone)} (${zone})`
}

export type Doing = 'done' | 'reopen' | 'archive' | 'unarchive' | 'rm' | 'restore'

/** One thing to several tasks: all of them, or none. */
export async function act(
  keeping: Keeping,
  doing: Doing,
  tasks: readonly string[],
  { dryRun }: WriteFlags,
): Promise<Answer> {
  return written(
    keeping,
    dryRun,
    ({ status }) => (status === 'blocked' && doing === 'reopen' ? 'is blocked' : WORDS[doing]),
    async (writing) => {
      const all: LocalTask[] = []
      for (const task of tasks) all.push(await one(writing, doing, await namedTask(writing.tx, task)))
      return all
    },
  )
}

/** What is purged is shown by its words a last time. */
export async function purge(
  keeping: Keeping,
  tasks: readonly string[],
  { dryRun }: WriteFlags,
): Promise<Answer> {
  const { result, outcome } = await keep(keeping, dryRun, async (writing) => {
    const all: LocalTask[] = []
    for (const task of tasks) {
      const found = await namedTask(writing.tx, task)
      await purgeTask(writing, found.id)
      all.push(found)
    }
    return all
  })
  const lines = result.map((task) => `${taskWords(task)} is purged.`)
  return {
    json: { purged: result.map(({ id }) => id) },
    lines: dryRun === true ? [DRY, ...lines] : lines,
    outcome,
  }
}

const WORDS: Readonly<Record<Doing, string>> = {
  done: 'is done',
  reopen: 'is open again',
  archive: 'is archived; syncs let go of it',
  unarchive: 'is taken back; syncs go on with it',
  rm: `is deleted; ${quoted('tasks restore <id>')} brings it back`,
  restore: `is there again; where it was kept in step, ${quoted('explain <id>')} names its pair, and ${quoted('relink <pair>')} makes it again there`,
}

async function one(writing: LocalWriting, doing: Doing, { id, status }: LocalTask): Promise<LocalTask> {
  switch (doing) {
    case 'done':
    case 'reopen':
      return changeTask(writing, id, { content: { status: statusAfter(status, doing === 'done') } })
    case 'archive':
    case 'unarchive':
      return changeTask(writing, id, { archived: doing === 'archive' } satisfies TaskChange)
    case 'rm':
      return deleteTask(writing, id)
    case 'restore':
      return restoreTask(writing, id)
  }
}

async function written(
  keeping: Keeping,
  dryRun: boolean | undefined,
  wordsOf: (task: LocalTask) => string,
  work: (writing: LocalWriting) => Promise<readonly LocalTask[]>,
): Promise<Answer> {
  const { result, outcome } = await keep(keeping, dryRun, async (writing) => {
    const tasks = await work(writing)
    return { tasks, shown: await shownTasks(writing.tx, tasks) }
  })
  const lines = result.tasks.map((task) => `${taskWords(task)} ${wordsOf(task)}.`)
  return {
    json: { tasks: result.shown },
    lines: dryRun === true ? [DRY, ...lines] : lines,
    outcome,
  }
}
