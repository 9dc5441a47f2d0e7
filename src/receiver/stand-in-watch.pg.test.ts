import { afterAll, beforeAll, expect, it } from 'vitest'
import { addTestRoute, openTestRecord, SECRET, type TestRecord } from '../../test/store/record.ts'
import { startHook, type TestHook } from '../../test/support/hook-receiver.ts'
import { lookForTrouble } from '../activities/alerts/look-for-trouble.ts'
import { type WatchDeps, watchDeps } from '../activities/alerts/watch-deps.ts'
import { createLog } from '../config/log.ts'
import { standIn } from './stand-in-watch.ts'

const MINUTE = 60_000

let record: TestRecord
let hook: TestHook

beforeAll(async () => {
  record = await openTestRecord()
  hook = await startHook()
})
afterAll(async () => {
  await hook[Symbol.asyncDispose]()
  await record[Symbol.asyncDispose]()
})

function deps(): WatchDeps {
  const { alerting, ...rest } = watchDeps({
    db: record.db,
    providers: new Map(),
    secretKey: SECRET,
    log: createLog({ level: 'silent', format: 'json' }),
  } as never)
  return { ...rest, alerting: { ...alerting, zone: 'UTC', webhook: { url: hook.url, secret: null } } }
}

it('a worker that is away is told of by the receiver, in quiet hours too, and by nobody twice', async () => {
  await addTestRoute(record.db)
  const quiet = deps()
  const watch = { ...quiet, alerting: { ...quiet.alerting, quiet: { from: '00:00', to: '23:59' } } }
  const stand = () => standIn(watch, new AbortController().signal)
  expect(await stand()).toBe(false)
  await lookForTrouble(watch, { by: 'worker' })
  await record.clock.advance(2 * MINUTE)
  expect(await stand()).toBe(false)
  for (let minute = 0; minute < 20; minute += 1) {
    await record.clock.advance(MINUTE)
    expect(await stand()).toBe(true)
  }
  const told = hook.posts.map(({ body }) => (JSON.parse(body) as { title: string }).title)
  expect(told).toEqual(['No worker works'])
})
