import { commandHandlers } from './commands.ts'
import { type ErrorBody, insufficientScope, invalidArgument, invalidTempId, Refusal } from './errors.ts'
import type { Account } from './state.ts'
import type { Who } from './state-items.ts'
import type { UuidMemory } from './uuid-memory.ts'

/** One command as it was sent; its arguments are read when it runs. */
export type Command = { type: string; uuid: string; temp_id?: string | undefined; args: unknown }

export type BatchResult = {
  sync_status: Record<string, 'ok' | Partial<ErrorBody>>
  temp_id_mapping: Record<string, string>
}

/** Keys of arguments, at any depth, whose text may be a temp id. */
const ID_KEYS = new Set(['id', 'project_id', 'section_id', 'parent_id', 'item_id'])
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Runs the commands in order, each for itself: what succeeded stays when a later one fails. A command whose
 * uuid was executed before is not executed again. A failed one's uuid is not remembered, unless the setting
 * `failedUuids` says so. `permits`: whether the client's token may use a command of this type.
 */
export function runBatch(
  account: Account,
  memory: UuidMemory,
  commands: readonly Command[],
  who: Who,
  permits: (type: string) => boolean = () => true,
): BatchResult {
  const result: BatchResult = { sync_status: {}, temp_id_mapping: {} }
  const made = new Map<string, string>()
  const declared = new Set(commands.flatMap((each) => (each.temp_id === undefined ? [] : [each.temp_id])))
  for (const command of commands) {
    const known = memory.recall(command.uuid)
    if (known?.failed !== undefined) {
      result.sync_status[command.uuid] = shown(account, known.failed)
      continue
    }
    if (known !== undefined) {
      result.sync_status[command.uuid] = 'ok'
      const tempId = command.temp_id ?? known.tempId
      if (tempId === undefined || known.madeId === undefined) continue
      made.set(tempId, known.madeId)
      if (!account.settings.replayOmitsMapping) result.temp_id_mapping[tempId] = known.madeId
      continue
    }
    try {
      if (!permits(command.type)) throw insufficientScope()
      const real = (text: string) => resolve(account, text, made, declared)
      const madeId = runOne(account, command, real, who)
      if (command.temp_id !== undefined && madeId !== undefined) {
        made.set(command.temp_id, madeId)
        result.temp_id_mapping[command.temp_id] = madeId
      }
      memory.remember(command.uuid, { tempId: command.temp_id, madeId })
      result.sync_status[command.uuid] = 'ok'
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (account.settings.failedUuids === 'remembered') memory.remember(command.uuid, { failed: error.body })
      result.sync_status[command.uuid] = shown(account, error.body)
    }
  }
  return result
}

/** Of a command's error only `error` and `error_code` are certain (reference §6.1). */
function shown(account: Account, { error, error_code, ...rest }: ErrorBody): Partial<ErrorBody> {
  return account.settings.commandErrors === 'minimal' ? { error, error_code } : { error, error_code, ...rest }
}

function runOne(
  account: Account,
  command: Command,
  real: (text: string) => string,
  who: Who,
): string | undefined {
  const known =
    Object.hasOwn(commandHandlers, command.type) &&
    (command.type !== 'item_close' || account.settings.itemCloseKnown)
  const handler = known ? commandHandlers[command.type] : undefined
  if (handler === undefined) throw invalidArgument('type', 'a known command')
  return handler(account, withRealIds(command.args, real), who)
}

function resolve(
  account: Account,
  text: string,
  made: ReadonlyMap<string, string>,
  declared: ReadonlySet<string>,
): string {
  const real = made.get(text)
  if (real !== undefined) return real
  if (declared.has(text) || UUID.test(text)) throw invalidTempId(text, account.settings.invalidTempIdCode)
  return text
}

function withRealIds(value: unknown, real: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => withRealIds(each, real))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === 'string' && ID_KEYS.has(key) ? real(inner) : withRealIds(inner, real),
    ]),
  )
}
