import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  addTestRoute,
  openTestRecord,
  SECRET,
  type TestRecord,
  type TestRoute,
} from '../../../test/store/record.ts'
import { startHook, type TestHook } from '../../../test/support/hook-receiver.ts'
import { startSmtp, type TestSmtp } from '../../../test/support/smtp-server.ts'
import type { Alerting } from '../../config/alerting.ts'
import { createLog } from '../../config/log.ts'
import { setConnectionState } from '../../store/connections.ts'
import { inTransaction } from '../../store/database.ts'
import { saveWebhookTroubles } from '../../store/webhook-troubles.ts'
import type { Deps } from '../deps.ts'
import { clearOld } from './clear-old.ts'
import { lookAtAllWebhooks } from './look-at-webhooks.ts'
import { lookForTrouble } from './look-for-trouble.ts'
import { sendMessages } from './send-messages.ts'
import { signatureOf } from './send-webhook.ts'
import { type WatchDeps, watchDeps } from './watch-deps.ts'

const MINUTE = 60_000

let record: TestRecord
let route: TestRoute
let smtp: TestSmtp
let hook: TestHook

beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(async () => record[Symbol.asyncDispose]())
beforeEach(async () => {
  // Deleted, not truncated: after that every query would be planned anew.
  for (const table of ['alert_message', 'alert', 'route', 'connection'])
    await record.db`delete from ${record.db(table)}`
  await record.db`update watch set worker_at = null, digest_on = null, cleared_at = null`
  // Each test begins on the same morning: that of the record's start, some days on.
  const [row] = await record.db<{ ms: number }[]>`
    select ((extract(epoch from date_trunc('day', clock()) + interval '34 hours' - clock())) * 1000)::float8 as ms`
  await record.clock.advance(row?.ms ?? 0)
  route = await addTestRoute(record.db)
  await record.db`update connection set last_pull_at = 'infinity'`
  smtp = await startSmtp()
  hook = await startHook()
})
afterEach(async () => {
  await smtp[Symbol.asyncDispose]()
  await hook[Symbol.asyncDispose]()
})

function deps(given: Partial<Alerting> = {}): WatchDeps {
  const base = watchDeps({
    db: record.db,
    providers: new Map(),
    secretKey: SECRET,
    log: createLog({ level: 'silent', format: 'json' }),
  } as never)
  return {
    ...base,
    alerting: { ...base.alerting, zone: 'UTC', publicUrl: 'https://bridge.example.com', ...given },
  }
}
const mailing = (given: Partial<Alerting> = {}) =>
  deps({
    email: { url: smtp.url, from: 'bridge@example.com', to: ['a@example.com', 'b@example.com'] },
    ...given,
  })
const posting = (given: Partial<Alerting> = {}) =>
  deps({ webhook: { url: hook.url, secret: 'a hook secret' }, ...given })

/** A look now, and the sending of what it found to send; then the clock goes on. */
async function run(watch: WatchDeps, goOnMs = MINUTE): Promise<void> {
  const { send } = await lookForTrouble(watch, { by: 'worker' })
  if (send) await sendMessages(watch, new AbortController().signal)
  await record.clock.advance(goOnMs)
}
const breakRight = () => setConnectionState(record.db, route.right, 'unreachable', 'no answer')
const subjects = () => smtp.mails.map(({ text }) => /^Subject: (.*)$/mu.exec(text)?.[1])
const messages = () =>
  record.db<{ way: string; outcome: string | null; attempts: number; error: string | null }[]>`
    select way, outcome, attempts, error from alert_message order by made_at, way`

describe('trouble that lasts', () => {
  it('is told once, by mail to everybody, and its end is told', async () => {
    const watch = mailing()
    await breakRight()
    for (let minute = 0; minute <= 17; minute += 1) await run(watch)
    await setConnectionState(record.db, route.right, 'ok', null)
    for (let minute = 0; minute <= 12; minute += 1) await run(watch)
    const [first, second, ...more] = smtp.mails
    expect(more).toEqual([])
    expect(first).toMatchObject({ from: 'bridge@example.com', to: ['a@example.com', 'b@example.com'] })
    expect(first?.text).toMatch(/^Subject: Dealbridge: right-\d+ does not answer$/mu)
    expect(first?.text).toContain('Dashboard: https://bridge.example.com/')
    expect(second?.text).toMatch(/^Subject: Dealbridge: Over: right-\d+ does not answer$/mu)
  })

  it('is told again by nobody when a process begins anew, nor by two at once', async () => {
    const watch = mailing()
    await breakRight()
    await run(watch, 16 * MINUTE)
    await Promise.all([run(mailing()), run(mailing()), run(mailing())])
    await run(mailing())
    expect(subjects()).toHaveLength(1)
  })

  it('that several have is told in one message', async () => {
    const watch = posting()
    await breakRight()
    await setConnectionState(record.db, route.left, 'auth-failed', 'no')
    await run(watch, 16 * MINUTE)
    await run(watch)
    expect(hook.posts).toHaveLength(1)
    const document = JSON.parse(hook.posts[0]?.body ?? '') as { alerts: { kind: string }[] }
    expect(document.alerts.map(({ kind }) => kind)).toEqual(['key-refused', 'unreachable'])
  })
})

describe('what is found', () => {
  const kinds = async (given: Partial<Alerting> = {}) => {
    await lookForTrouble(deps(given), { by: 'worker' })
    const rows = await record.db<{ kind: string; count: number | null }[]>`
      select kind, count from alert where ended_at is null order by id`
    return rows.map(({ kind, count }) => (count === null ? kind : `${kind} ${count}`))
  }

  it('is nothing where all is well', async () => {
    expect(await kinds()).toEqual([])
  })

  it('a route that was stopped', async () => {
    await record.db`
      update route set state = 'stopped', stopped = '{"at": "2026-11-21T09:00:00Z", "counted": 40, "limit": 20}'`
    expect(await kinds()).toEqual(['mass-change 40'])
  })

  it('an account that nobody has looked at, unless its route rests', async () => {
    await record.db`update connection set last_pull_at = clock() - interval '6 minutes' where id = ${route.left}`
    await record.db`update route set state = 'paused'`
    expect(await kinds()).toEqual([])
    await record.db`update route set state = 'active'`
    expect(await kinds()).toEqual(['not-looked-at'])
  })

  it('credentials that nobody can renew', async () => {
    await record.db`update connection set renew_refused = '{"message": "no", "hint": null}' where id = ${route.right}`
    expect(await kinds()).toEqual(['access-ends'])
  })

  it('tasks that have failed, and questions that wait', async () => {
    await record.db`
      insert into pair (route_id, origin, state) values (${route.routeId}, 'left', 'error'), (${route.routeId}, 'left', 'conflict')`
    await record.db`
      insert into conflict (pair_id, field) select id, 'title' from pair where state = 'conflict'`
    expect(await kinds()).toEqual(['failing 1', 'conflicts 1'])
  })

  it('sections that their user has moved away for good', async () => {
    await record.db`
      insert into deal_home (route_id, deal_id, state, reason) values
        (${route.routeId}, '1', 'waiting', 'moved-away'), (${route.routeId}, '2', 'ok', null)`
    expect(await kinds()).toEqual(['moved-away 1'])
  })

  it('a task whose move was refused', async () => {
    await record.db`
      insert into pair (route_id, origin, memory, state, reason) values (${route.routeId}, 'left', 'linked', 'waiting', 'refused')`
    expect(await kinds()).toEqual(['failing 1'])
  })

  it('a first sync of which nothing has come for a while', async () => {
    await record.db`update route set filled_at = null`
    await record.clock.advance(10 * MINUTE)
    await record.db`insert into pair (route_id, origin) values (${route.routeId}, 'left')`
    await record.clock.advance(14 * MINUTE)
    expect(await kinds()).toEqual([])
    await record.clock.advance(2 * MINUTE)
    expect(await kinds()).toEqual(['first-sync'])
  })

  it('webhooks that the last check found broken, until a check finds them whole', async () => {
    await record.db`update connection set webhooks = true`
    await inTransaction(record.db, (tx) =>
      saveWebhookTroubles(tx, [{ connectionId: route.right, events: 2 }]),
    )
    expect(await kinds()).toEqual(['webhook 2'])
    await inTransaction(record.db, (tx) =>
      saveWebhookTroubles(tx, [{ connectionId: route.right, events: null }]),
    )
    await record.clock.advance(20 * MINUTE)
    expect(await kinds()).toEqual(['webhook 2'])
    await record.clock.advance(20 * MINUTE)
    expect(await kinds()).toEqual(['webhook 2'])
    await inTransaction(record.db, (tx) => saveWebhookTroubles(tx, []))
    expect(await kinds()).toEqual(['webhook 2'])
    await record.clock.advance(20 * MINUTE)
    expect(await kinds()).toEqual([])
  })

  it('a full disk', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'dealbridge-disk-'))
    // Without an embedded Postgres there, nothing of ours is written to it.
    expect(await kinds({ dataDir, diskFreeMb: 1_000_000_000 })).toEqual([])
    await mkdir(join(dataDir, 'postgres'))
    expect(await kinds({ dataDir, diskFreeMb: 1 })).toEqual([])
    const [full] = await kinds({ dataDir, diskFreeMb: 1_000_000_000 })
    expect(full).toMatch(/^disk-full \d+$/u)
    await rm(dataDir, { recursive: true })
  })

  it('a worker that has not looked for minutes, by whoever looks in its place', async () => {
    await run(deps(), 4 * MINUTE)
    await lookForTrouble(deps(), { by: 'receiver' })
    const [row] = await record.db<{ kind: string }[]>`select kind from alert`
    expect(row).toEqual({ kind: 'worker-missing' })
  })
})

describe('a mail', () => {
  const outcomes = async () => (await messages()).map(({ outcome, attempts }) => [outcome, attempts])

  async function stopped(watch: WatchDeps): Promise<void> {
    await record.db`update route set state = 'stopped', stopped = '{"counted": 40}'`
    await run(watch)
  }

  it('that the server refuses is tried again, with longer and longer pauses, until it is taken', async () => {
    smtp.temper = 'refuses'
    const watch = mailing()
    await stopped(watch)
    await run(watch)
    await run(watch)
    expect(await messages()).toEqual([
      { way: 'email', outcome: null, attempts: 2, error: 'The mail server answers 554' },
    ])
    smtp.temper = 'takes'
    await run(watch)
    expect(await outcomes()).toEqual([['sent', 3]])
    expect(smtp.mails).toHaveLength(1)
  })

  it('whose answer was lost is sent once more, under the same id, and no third time', async () => {
    smtp.temper = 'answer-lost'
    const watch = mailing()
    await stopped(watch)
    for (let minute = 0; minute < 5; minute += 1) await run(watch)
    expect(await outcomes()).toEqual([['unsure', 2]])
    const ids = smtp.mails.map(({ text }) => /^Message-ID: (.*)$/mu.exec(text)?.[1])
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  it('whose sender dies counts as one whose answer was lost', async () => {
    await stopped(deps({ webhook: null, email: { url: 'smtp://127.0.0.1:1', from: 'x', to: ['y'] } }))
    await record.db`update alert_message set due_at = clock(), doubts = 2`
    await run(mailing())
    expect(await outcomes()).toEqual([['unsure', 2]])
    expect(smtp.mails).toEqual([])
  })

  it('is given up after a day', async () => {
    smtp.temper = 'refuses-login'
    const watch = mailing({ remindMs: null })
    await stopped(watch)
    await record.clock.advance(25 * 60 * MINUTE)
    await run(watch)
    expect((await messages()).map(({ outcome, error }) => [outcome, error])).toEqual([
      ['given-up', 'The mail server refuses user and password'],
    ])
  })
})

describe('a POST', () => {
  const alertOf = () => (JSON.parse(hook.posts.at(-1)?.body ?? '') as { alerts: unknown[] }).alerts[0]

  async function stopped(watch: WatchDeps): Promise<void> {
    await record.db`update route set state = 'stopped', stopped = '{"counted": 40}'`
    await run(watch)
  }

  it('tells everything that its schema says, signed', async () => {
    await stopped(posting())
    const [post] = hook.posts
    const name = `record-route-${Number(/\d+$/u.exec((await names())[0] ?? '')?.[0])}`
    expect(JSON.parse(post?.body ?? '')).toMatchObject({
      version: 1,
      id: post?.headers['dealbridge-message'],
      type: 'alerts',
      link: 'https://bridge.example.com/',
    })
    expect(alertOf()).toMatchObject({
      event: 'began',
      kind: 'mass-change',
      urgent: false,
      subject: { type: 'route', id: route.routeId, name },
      count: 40,
      endedAt: null,
    })
    const [, t = '', v1 = ''] =
      /^t=(\d+),v1=([0-9a-f]{64})$/u.exec(String(post?.headers['dealbridge-signature'])) ?? []
    expect(v1).toBe(signatureOf('a hook secret', Number(t), post?.body ?? ''))
  })

  const names = async () =>
    (await record.db<{ name: string }[]>`select name from route`).map((row) => row.name)

  it('is sent by one of several who send at once', async () => {
    await record.db`insert into alert_message (way, content) values ('webhook', '{"type": "test", "zone": "UTC"}')`
    let release = () => {}
    hook.hold = new Promise((resolve) => {
      release = resolve
    })
    const signal = new AbortController().signal
    const first = sendMessages(posting(), signal)
    while (hook.posts.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await sendMessages(posting(), signal)
    release()
    await first
    expect(hook.posts).toHaveLength(1)
    expect(await messages()).toMatchObject([{ outcome: 'sent', attempts: 1 }])
  })

  it('that is answered with an error comes again with the same id', async () => {
    hook.answer = { status: 503 }
    const watch = posting()
    await stopped(watch)
    hook.answer = { status: 200 }
    await run(watch)
    expect(hook.posts).toHaveLength(2)
    expect(new Set(hook.posts.map(({ headers }) => headers['dealbridge-message'])).size).toBe(1)
    expect(await messages()).toMatchObject([{ outcome: 'sent', attempts: 2 }])
  })

  it('waits as long as it is asked to', async () => {
    hook.answer = { status: 429, headers: { 'retry-after': '600' } }
    const watch = posting()
    await stopped(watch)
    for (let minute = 0; minute < 8; minute += 1) await run(watch)
    expect(hook.posts).toHaveLength(1)
    await run(watch)
    await run(watch)
    expect(hook.posts).toHaveLength(2)
  })

  it('goes nowhere else when it is led there', async () => {
    await using elsewhere = await startHook()
    hook.answer = { status: 307, headers: { location: elsewhere.url } }
    await stopped(posting())
    expect(elsewhere.posts).toEqual([])
    expect(await messages()).toMatchObject([{ outcome: null, attempts: 1 }])
  })

  it('whose connection breaks comes again, as often as it takes', async () => {
    hook.answer = 'breaks-off'
    const watch = posting()
    await stopped(watch)
    for (let minute = 0; minute < 8; minute += 1) await run(watch)
    expect(hook.posts.length).toBeGreaterThan(3)
    hook.answer = { status: 200 }
    await run(watch, 10 * MINUTE)
    await run(watch)
    expect(await messages()).toMatchObject([{ outcome: 'sent' }])
  })
})

describe('a digest', () => {
  async function waiting(): Promise<void> {
    await record.db`
      insert into pair (route_id, origin, state, reason, notice) values (${route.routeId}, 'left', 'waiting', 'needs-person', 'needs-person')`
    await record.db`
      insert into remote_task (connection_id, remote_id, presence, seen, asked_at)
      values (${route.left}, 't1', 'present', '{"task": {"title": "Call Dana"}}', clock())`
    await record.db`
      insert into pair_member (route_id, connection_id, remote_id, pair_id, side)
      select ${route.routeId}, ${route.left}, 't1', id, 'left' from pair`
  }

  const today = async () => (await record.db<{ day: string }[]>`select clock()::date::text as day`)[0]?.day

  it('comes once a day, from the day after the first look on, where something waits', async () => {
    const watch = posting({ digestAt: '08:00' })
    await run(watch, 60 * MINUTE)
    await waiting()
    await run(watch, 20 * 60 * MINUTE)
    expect(hook.posts).toEqual([])
    await run(watch, 2 * 60 * MINUTE)
    await run(watch, 2 * 60 * MINUTE)
    await run(watch, 60 * MINUTE)
    expect(hook.posts).toHaveLength(1)
    const document = JSON.parse(hook.posts[0]?.body ?? '') as { routes: unknown[] }
    expect(document).toMatchObject({ type: 'digest', day: await today() })
    expect(document.routes).toMatchObject([{ waiting: [{ reason: 'needs-person', count: 1 }], failed: 0 }])
    expect(hook.posts[0]?.body).not.toContain('Dana')
  })

  it('has titles when it is told to, and forgets them once it is sent', async () => {
    const watch = mailing({ digestAt: '08:00', digestTitles: true })
    await run(watch, 24 * 60 * MINUTE)
    await waiting()
    await run(watch)
    expect(smtp.mails[0]?.text).toContain('Call Dana')
    const [row] = await record.db<{ content: object }[]>`select content from alert_message`
    expect(row?.content).not.toHaveProperty('titles')
  })

  it('waits for the end of quiet hours', async () => {
    const watch = posting({ digestAt: '08:00', quiet: { from: '07:00', to: '11:00' } })
    await record.clock.advance(2 * 60 * MINUTE)
    await run(watch, 22 * 60 * MINUTE)
    await waiting()
    await run(watch, 60 * MINUTE)
    expect(hook.posts).toEqual([])
    await run(watch)
    expect(hook.posts).toHaveLength(1)
  })
})

describe('chores', () => {
  it('that have failed are done again after two minutes, others in their time', async () => {
    await record.db`update watch set cleared_at = null, webhooks_at = null`
    const asked = async (afterMinutes: number) => {
      await record.clock.advance(afterMinutes * MINUTE)
      const { clear, webhooks } = await lookForTrouble(deps(), { by: 'worker' })
      return { clear, webhooks }
    }
    expect(await asked(0)).toEqual({ clear: true, webhooks: true })
    expect(await asked(1)).toEqual({ clear: false, webhooks: false })
    expect(await asked(1)).toEqual({ clear: true, webhooks: true })
    await clearOld(deps())
    await lookAtAllWebhooks({ ...deps(), publicUrl: undefined } as Deps, new AbortController().signal)
    expect(await asked(9)).toEqual({ clear: false, webhooks: false })
    expect(await asked(1)).toEqual({ clear: false, webhooks: true })
    expect(await asked(50)).toEqual({ clear: true, webhooks: true })
  })
})
