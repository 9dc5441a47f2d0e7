import { LocalRefusal } from '../../core/local-refusal.ts'
import type {
  LocalListValues,
  LocalLook,
  LocalTaskStore,
  LocalWrite,
  LocalWritten,
} from '../../providers/local/store.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { type Db, inTransaction, type Tx } from '../database.ts'
import { addList, changeList } from './change-list.ts'
import { changesPage, storeRow } from './changes.ts'
import { deleteEmptyList } from './delete-list.ts'
import { storeFailure } from './failures.ts'
import { allLists } from './list-rows.ts'
import { syncWrite } from './sync-write.ts'
import { tasksById } from './task-rows.ts'
import { tombstonesOf } from './tombstones.ts'
import { type LocalWriting, openWriting } from './writing.ts'

/** The store of our own tasks as the provider `local` sees it. `reading`: from where it is read, if not from `db`. */
export function createLocalTaskStore(db: Db, reading: () => Db | Tx = () => db): LocalTaskStore {
  return {
    storeId: () => read(async () => (await storeRow(reading())).id),
    page: (request) => read(() => changesPage(reading(), request)),
    look: (ids) => read(() => look(reading(), ids)),
    write: (writes) => writeEach(db, writes),
    lists: () => read(() => allLists(reading(), { archived: false, deleted: false })),
    addList: (wanted) => changing(db, (writing) => addList(writing, wanted)),
    changeList: (id, change) => changing(db, (writing) => changeList(writing, id, listChange(change))),
    deleteEmptyList: (id) => changing(db, (writing) => deleteEmptyList(writing, id)),
  }
}

async function look(sql: Db | Tx, ids: readonly string[]): Promise<readonly LocalLook[]> {
  const tasks = new Map((await tasksById(sql, ids)).map((task) => [task.id, task]))
  const purged = new Set((await tombstonesOf(sql, ids)).map(({ id }) => id))
  return ids.map((id) => {
    const task = tasks.get(id)
    return task === undefined ? { id, task: null, purged: purged.has(id) } : { id, task }
  })
}

async function writeEach(db: Db, writes: readonly LocalWrite[]): Promise<readonly LocalWritten[]> {
  const all: LocalWritten[] = []
  for (const write of writes) {
    const written = await writeOne(db, write)
    if (all.length === 0 && written.outcome === 'skipped') throw written.error
    all.push(written)
    if (written.outcome === 'unknown' || written.outcome === 'skipped') {
      const rest = writes.slice(all.length)
      return [...all, ...rest.map(() => ({ outcome: 'skipped' as const, error: notReached(written.error) }))]
    }
  }
  return all
}

async function writeOne(db: Db, write: LocalWrite): Promise<LocalWritten> {
  try {
    return await inTransaction(db, (tx) => syncWrite(tx, write))
  } catch (error) {
    if (error instanceof LocalRefusal) return { outcome: 'refused', why: error }
    const failure = storeFailure(error, 'write')
    if (failure === undefined) throw error
    return { outcome: failure.kind === 'ambiguous-write' ? 'unknown' : 'skipped', error: failure }
  }
}

/** Of what stood behind a write that failed: it was not done, whatever became of that one. */
function notReached(cause: ProviderError): ProviderError {
  if (cause.kind !== 'ambiguous-write') return cause
  return new ProviderError({
    kind: 'transient',
    provider: 'local',
    message: 'The connection to Postgres broke before this write.',
    cause,
  })
}

/** One change of a list; a refusal is an error of the call here. */
async function changing<T>(db: Db, work: (writing: LocalWriting) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(db, async (tx) => work(await openWriting(tx, 'sync')))
  } catch (error) {
    if (!(error instanceof LocalRefusal)) throw storeFailure(error, 'write') ?? error
    const gone = error.code === 'no-list' || error.code === 'deleted'
    throw new ProviderError({
      kind: gone ? 'gone' : 'invalid',
      provider: 'local',
      message: error.message,
      cause: error,
    })
  }
}

async function read<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeFailure(error, 'read') ?? error
  }
}

function listChange({ archived, name, marker }: LocalListValues) {
  return {
    ...(archived === undefined ? {} : { archived }),
    ...(name === undefined ? {} : { name }),
    ...(marker === undefined ? {} : { marker }),
  }
}
