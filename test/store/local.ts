import { type Db, inTransaction, openDatabase } from '../../src/store/database.ts'
import { asUser } from '../../src/store/local/as-user.ts'
import { addTask } from '../../src/store/local/change-task.ts'
import type { LocalWriting } from '../../src/store/local/writing.ts'
import { openMigratedDatabase } from '../support/database.ts'

export async function openLocalDatabase(): Promise<
  AsyncDisposable & { readonly db: Db; readonly url: string }
> {
  const database = await openMigratedDatabase()
  const db = openDatabase({ url: database.url })
  return {
    db,
    url: database.url,
    async [Symbol.asyncDispose]() {
      await db.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** One change of a user's, in a transaction of its own. */
export async function change<T>(db: Db, work: (writing: LocalWriting) => Promise<T>): Promise<T> {
  return (await inTransaction(db, (tx) => asUser(tx, work))).result
}

/** A task of that title; its id. */
export async function addTitled(
  db: Db,
  title: string,
  place: { readonly list?: string; readonly parent?: string } = {},
): Promise<string> {
  return (await change(db, (writing) => addTask(writing, { title, ...place }))).id
}
