import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestRecord, SECRET, type TestRecord } from '../../test/store/record.ts'
import { insertConnection, saveConfigured } from '../store/connections.ts'
import { inTransaction } from '../store/database.ts'
import { DEMO_CREDENTIALS } from './demo-credentials.ts'
import { requireNothingKept } from './demo-keepsakes.ts'
import { add } from './local/task-writes.ts'

let record: TestRecord

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

const check = () => requireNothingKept(record.db, { secretKey: SECRET, elsewhere: 'Take another folder' })
const account = { baseUrl: 'http://127.0.0.1:1', pollSeconds: 30, webhooks: false }

it('a demo goes away with its own accounts, and not with what a person keeps in it', async () => {
  const { db } = record
  const { followUpBoss, todoist } = DEMO_CREDENTIALS
  await saveConfigured(
    db,
    { ...account, name: 'renamed', provider: 'follow-up-boss', credentials: followUpBoss },
    SECRET,
  )
  await saveConfigured(db, { ...account, name: 'todoist', provider: 'todoist', credentials: todoist }, SECRET)
  await check()

  await inTransaction(db, (tx) =>
    insertConnection(tx, { ...account, name: 'home', provider: 'caldav', credentials: {} }, SECRET),
  )
  await expect(check()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('what you have connected (home). Nothing was changed.'),
    hints: [expect.stringContaining('Take another folder')],
  })
  await add({ deps: { db }, nudge: async () => 0 }, 'Water the plants', {})
  await expect(check()).rejects.toMatchObject({
    message: expect.stringContaining('(home) and 1 task of your own'),
  })
})
