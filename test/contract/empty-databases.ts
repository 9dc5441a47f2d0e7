import { type Db, openDatabase } from '../../src/store/database.ts'
import { openMigratedDatabase, type TestDatabase } from '../support/database.ts'

/** Databases with nothing in the store of our own tasks. To make one takes as long as a law, so they are used again. */
export class EmptyDatabases implements AsyncDisposable {
  readonly #made: { readonly database: TestDatabase; readonly db: Db }[] = []
  readonly #free: Db[] = []

  async take(): Promise<Db> {
    const free = this.#free.pop()
    if (free !== undefined) return free
    const database = await openMigratedDatabase()
    const db = openDatabase({ url: database.url, max: 4 })
    this.#made.push({ database, db })
    await db`update local_store set id = gen_random_uuid()`
    return db
  }

  /** Another store than before, as far as anybody can tell from it. */
  async giveBack(db: Db): Promise<void> {
    await db.begin(async (tx) => {
      await tx`truncate task, task_comment, local_tombstone, api_request`
      await tx`delete from task_list where id <> (select default_list from local_store)`
      await tx`update local_store set id = gen_random_uuid()`
    })
    this.#free.push(db)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { database, db } of this.#made) {
      await db.end({ timeout: 5 })
      await database[Symbol.asyncDispose]()
    }
  }
}
