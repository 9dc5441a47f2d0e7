import { type Command, InvalidArgumentError } from 'commander'
import { UserError } from '../../config/errors.ts'
import { isPostgresError } from '../../store/database.ts'
import { say } from '../answer.ts'
import { decide } from '../deciding.ts'
import { type Run, writing } from '../local/running.ts'
import { type TaskFlags, taskOptions } from '../local/task-flags.ts'
import { type ListFlags, list } from '../local/task-list.ts'
import { act, add, type Doing, edit, purge, type WriteFlags } from '../local/task-writes.ts'
import type { Outcome } from './shared.ts'
import { addTaskLists } from './task-lists.ts'

const MOST = 10_000
const UNDEFINED_TABLE = '42P01'

export function addTasks(program: Command, finish: (outcome: Outcome) => void): void {
  const run: Run = async (flags, work) =>
    finish(await decide(async (deciding) => say(await onNewRecord(work(deciding)), flags.json)))
  const tasks = program.command('tasks').description('lists and tasks of your own, kept by Dealbridge')
  writing(taskOptions(tasks.command('add <title>').description('add a task'))).action(
    (title: string, flags: TaskFlags & WriteFlags) => run(flags, (keeping) => add(keeping, title, flags)),
  )
  addList(tasks, run)
  writing(
    taskOptions(
      tasks
        .command('edit <task>')
        .description('change a task; what is left out stays')
        .option('--title <text>', 'another title'),
    ),
  ).action((task: string, flags: TaskFlags & WriteFlags) =>
    run(flags, (keeping) => edit(keeping, task, flags)),
  )
  addActs(tasks, run)
  addTaskLists(tasks, run)
}

function addList(tasks: Command, run: Run): void {
  tasks
    .command('list')
    .description('tasks that are not done, or those that you ask for')
    .option('--list <list>', 'name or id of a list')
    .option('--status <status>', 'open, blocked, done, or several with commas between')
    .option('--due-from <day>', 'due on this day or later')
    .option('--due-to <day>', 'due on this day or earlier')
    .option('--label <label>', 'with this label')
    .option('--text <text>', 'with this text in title or notes')
    .option('--archived', 'archived ones alone')
    .option('--deleted', 'deleted ones alone')
    .option('--all', 'done and archived ones too')
    .option('--limit <n>', 'at most so many (default: 200)', count)
    .option('--json', 'one JSON document on stdout')
    .action((flags: ListFlags) => run(flags, (keeping) => list(keeping, flags)))
}

function addActs(tasks: Command, run: Run): void {
  const acting = (name: string, description: string) =>
    writing(tasks.command(`${name} <task...>`).description(description))
  const does = (doing: Doing) => (ids: string[], flags: WriteFlags) =>
    run(flags, (keeping) => act(keeping, doing, ids, flags))
  acting('done', 'complete tasks').action(does('done'))
  acting('reopen', 'open completed tasks again').action(does('reopen'))
  acting('archive', 'put tasks aside: syncs let go of them, their counterparts stay')
    .option('--undo', 'take them back')
    .action((ids: string[], flags: WriteFlags & { readonly undo?: boolean }) =>
      does(flags.undo === true ? 'unarchive' : 'archive')(ids, flags),
    )
  acting('rm', 'delete tasks, elsewhere too; their sub-tasks stay')
    .option('--hard', 'for good: nothing of them is left')
    .action((ids: string[], flags: WriteFlags & { readonly hard?: boolean }) =>
      flags.hard === true ? run(flags, (keeping) => purge(keeping, ids, flags)) : does('rm')(ids, flags),
    )
  acting('restore', 'take deleted tasks back').action(does('restore'))
}

/** Throws UserError where the record was made by a version that had no tasks of its own. */
async function onNewRecord<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isPostgresError(error, UNDEFINED_TABLE)) throw error
    throw new UserError({
      code: 'OLDER_SCHEMA',
      message: 'The record is of an older version of Dealbridge, which kept no tasks itself.',
      hints: ['"dealbridge start" brings it up to date.'],
      exitCode: 2,
      cause: error,
    })
  }
}

function count(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0 && value <= MOST) return value
  throw new InvalidArgumentError(`Give a number from 1 to ${MOST}.`)
}
