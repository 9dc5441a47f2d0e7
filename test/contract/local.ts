import { statusAfter } from '../../src/core/local-task.ts'
import type { FieldValues } from '../../src/core/task.ts'
import { createLocal } from '../../src/providers/local/index.ts'
import { encode } from '../../src/providers/local/mapping.ts'
import type { LocalTaskStore } from '../../src/providers/local/store.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'
import { type Db, inTransaction, openDatabase, type Tx } from '../../src/store/database.ts'
import { addList } from '../../src/store/local/change-list.ts'
import { addTask, changeTask, requireTask } from '../../src/store/local/change-task.ts'
import { commentsOf } from '../../src/store/local/comments.ts'
import { deleteTask } from '../../src/store/local/delete-task.ts'
import { tasksById } from '../../src/store/local/task-rows.ts'
import { createLocalTaskStore } from '../../src/store/local/task-store.ts'
import { openWriting } from '../../src/store/local/writing.ts'
import type { EmptyDatabases } from './empty-databases.ts'
import { Forecast, type Trouble } from './weather.ts'
import type { Service, User } from './world.ts'

/**
 * Our own tasks, over a Postgres of the run. Between two parts of one process the weather stands before each call.
 * `databases`: where worlds take an empty one.
 */
export const local = (databases: EmptyDatabases): Service => ({
  name: 'Dealbridge tasks',
  // Its capabilities alone are asked for.
  declares: createLocal(createLocalTaskStore(openDatabase({ url: 'postgres://nowhere.invalid/none' }))),
  wire: 'in-process',
  async open() {
    const db = await databases.take()
    const weather = new Forecast()
    const past = laggingReplica(db)
    let refusesKeys = false
    const store = behindWeather(createLocalTaskStore(db, past.reading), () => {
      const trouble = weather.next()
      if (refusesKeys) throw failure('auth')
      return trouble
    })
    return {
      provider: createLocal(store),
      account: { id: 'local', baseUrl: 'local:', credentials: {} },
      zone: 'Europe/Berlin',
      person: null,
      weather,
      user: userIn(db),
      access: {
        revoke: async () => {
          refusesKeys = true
        },
        restore: async () => {
          refusesKeys = false
        },
        swapAccount: null,
      },
      writes: 'together',
      limit: async () => {},
      advance: async () => {},
      lag: past.lag,
      forgetCursors: () => putBackOneChange(db),
      async close() {
        await past.lag(0)
        await databases.giveBack(db)
      },
    }
  },
})

function userIn(db: Db): User {
  const writing = <T>(work: (writing: Awaited<ReturnType<typeof openWriting>>) => Promise<T>): Promise<T> =>
    inTransaction(db, async (tx) => work(await openWriting(tx, 'api')))
  const draft = (fields: FieldValues) => {
    const { content, completed = false } = encode({ title: 'A task', ...fields })
    return { ...content, title: content.title ?? '', status: statusAfter('open', completed) }
  }
  return {
    add: async (fields) => (await writing((one) => addTask(one, draft(fields)))).id,
    addMany: (count) =>
      writing(async (one) => {
        const ids: string[] = []
        for (let nth = 0; nth < count; nth += 1)
          ids.push((await addTask(one, draft({ title: `Task ${nth}` }))).id)
        return ids
      }),
    edit: (id, fields) =>
      writing(async (one) => {
        const { content, completed } = encode(fields)
        const { list, parent } = fields
        const place = {
          ...(list === undefined || list === null ? {} : { list }),
          ...(parent === undefined ? {} : { parent }),
        }
        const { status } = await requireTask(one, id)
        const after = completed === undefined ? {} : { status: statusAfter(status, completed) }
        const moved = Object.keys(place).length === 0 ? {} : { place }
        await changeTask(one, id, { content: { ...content, ...after }, ...moved })
      }),
    addList: async () => (await writing((one) => addList(one, { name: 'A list' }))).id,
    async remove(id) {
      await writing((one) => deleteTask(one, id))
    },
    tasks: async () =>
      db<{ id: string; title: string }[]>`select id, title from task where deleted_at is null order by nth`,
    async decorate(id) {
      await writing((one) => changeTask(one, id, { content: { extra: { colour: 'red' } } }))
    },
    comments: async (id) => (await commentsOf(db, [id])).map(({ text }) => text),
    async held(id) {
      const [task] = await tasksById(db, [id])
      const { title, notes, due, start, priority, labels, type, status, flags, marker, block, extra } =
        task ?? {}
      const { list, parent } = task ?? {}
      return {
        title,
        notes,
        due,
        start,
        priority,
        labels,
        type,
        status,
        flags,
        marker,
        block,
        extra,
        list,
        parent,
      }
    },
  }
}

/** Each call meets the weather first; `next` throws where it is not to be made at all. */
function behindWeather(store: LocalTaskStore, next: () => Trouble | null): LocalTaskStore {
  const through =
    <A extends unknown[], T>(lost: 'transient' | 'ambiguous-write', work: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      const trouble = next()
      if (trouble === null) return work(...given)
      const known = typeof trouble === 'object' && trouble.afterwards !== true
      if (known) throw failure(trouble.status === 429 ? 'rate-limited' : 'transient')
      if (trouble === 'refused' || trouble === 'portal') throw failure('transient')
      await work(...given)
      throw failure(lost)
    }
  return {
    storeId: through('transient', store.storeId),
    page: through('transient', store.page),
    look: through('transient', store.look),
    write: through('ambiguous-write', store.write),
    lists: through('transient', store.lists),
    addList: through('ambiguous-write', store.addList),
    changeList: through('ambiguous-write', store.changeList),
    deleteEmptyList: through('ambiguous-write', store.deleteEmptyList),
  }
}

function failure(kind: ProviderError['kind']): ProviderError {
  const retry = kind === 'rate-limited' ? { retryAfterMs: 1_000 } : {}
  return new ProviderError({ kind, provider: 'local', message: 'The weather is bad.', ...retry })
}

/** Reads as of the moment at which the lag was ordered: a snapshot that stays open. */
function laggingReplica(db: Db) {
  let snapshot: { readonly tx: Tx; readonly end: () => Promise<void> } | null = null
  return {
    reading: (): Db | Tx => snapshot?.tx ?? db,
    async lag(ms: number): Promise<void> {
      await snapshot?.end()
      snapshot = ms === 0 ? null : await openSnapshot(db)
    },
  }
}

async function openSnapshot(db: Db): Promise<{ readonly tx: Tx; readonly end: () => Promise<void> }> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return new Promise((resolve, reject) => {
    const ended = db.begin('isolation level repeatable read', async (tx) => {
      // The first statement is what takes the snapshot.
      await tx`select seq from local_store`
      resolve({
        tx,
        async end() {
          release()
          await ended
        },
      })
      await released
    })
    ended.catch(reject)
  })
}

/** The database is put back from a copy: the last change never was, as far as it knows. */
async function putBackOneChange(db: Db): Promise<void> {
  await inTransaction(db, async (tx) => {
    await tx`update local_store set seq = seq - 1`
    await tx`update task set changed_seq = -changed_seq`
    await tx`update task set changed_seq = -changed_seq - 1`
  })
}
