import type { Command } from 'commander'
import { UserError } from '../../config/errors.ts'
import { readFieldText } from '../../core/field-text.ts'
import { LOCAL_STATUSES } from '../../core/local-task.ts'
import { TASK_TYPES } from '../../core/task.ts'
import { type TaskEdit, taskEdit } from '../../receiver/api/schemas.ts'
import type { Db, Tx } from '../../store/database.ts'
import { namedList, namedTask } from './named.ts'

/** What `tasks add` and `tasks edit` take of a task. */
export type TaskFlags = {
  readonly title?: string
  readonly notes?: string
  readonly due?: string
  readonly start?: string
  readonly priority?: string
  readonly labels?: string
  readonly type?: string
  readonly status?: string
  readonly flags?: string
  readonly list?: string
  readonly parent?: string
}

export function taskOptions(command: Command): Command {
  return command
    .option('--notes <text>', 'more about it')
    .option('--due <when>', 'a day (2027-01-31), a day and time ("2027-01-31 15:30"), or none')
    .option('--start <when>', 'as --due')
    .option('--priority <1-4>', '1 is the highest; or none')
    .option('--labels <a,b>', 'all of its labels; or none')
    .option('--type <type>', `${TASK_TYPES.join(', ')}; or none`)
    .option('--status <status>', LOCAL_STATUSES.join(', '))
    .option('--flags <a,b>', 'crm, no-sync; or none')
    .option('--list <list>', 'name or id of a list')
    .option('--parent <task>', 'id of the task above it; or none')
}

/** The values that flags give, as the API takes them. Throws UserError (exit code 2). `zone`: of times of day. */
export async function valuesOf(sql: Db | Tx, flags: TaskFlags, zone: string): Promise<TaskEdit> {
  const { status, list, parent } = flags
  const values = {
    ...fieldsOf(flags, zone),
    ...(flags.type === 'none' ? { type: null } : {}),
    ...(flags.flags === undefined ? {} : { flags: namesOf(flags.flags) }),
    ...(status === undefined ? {} : { status }),
    ...(list === undefined ? {} : { list: (await namedList(sql, list)).id }),
    ...(parent === undefined ? {} : { parent: parent === 'none' ? null : (await namedTask(sql, parent)).id }),
  }
  const parsed = taskEdit.safeParse(values)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badValue(String(issue?.path[0] ?? 'it'), issue?.message ?? 'is not taken')
}

const FIELDS = ['title', 'notes', 'due', 'start', 'priority', 'labels', 'type'] as const

function fieldsOf(flags: TaskFlags, zone: string): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const field of FIELDS) {
    const text = flags[field]
    if (text === undefined || (field === 'type' && text === 'none')) continue
    const reading = readFieldText(field, text, zone)
    if ('allowed' in reading) throw badValue(field, `takes ${reading.allowed}`)
    values[field] = reading.value
  }
  return values
}

function namesOf(text: string): string[] {
  return text.trim() === 'none' ? [] : text.split(',').map((name) => name.trim())
}

function badValue(field: string, what: string): UserError {
  return new UserError({
    code: 'BAD_VALUE',
    message: `${field} ${what}.`,
    hints: ['"dealbridge tasks add --help" shows what each takes.'],
    exitCode: 2,
  })
}
