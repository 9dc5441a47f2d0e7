import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import type { Deps } from '../../src/activities/deps.ts'
import type { Provider } from '../../src/providers/contract.ts'
import { add } from '../../src/starter/commands/connect.ts'
import { add as addRoute } from '../../src/starter/commands/route-admin.ts'
import { allRoutes } from '../../src/store/routes.ts'
import { type Account, LOGIN, openAccount } from '../caldav/account.ts'
import { type TestWorker, workerOver } from '../histories/worker.ts'
import { type Accounts, openAccounts } from './accounts.ts'
import { stillOpen } from './still-open.ts'

/** Whoever is still at work after so many rounds goes round in a circle. */
const MAX_ROUNDS = 100
const WAITS = { staleReadMs: 60, deleteGraceMs: 60, createSettleMs: 60, writeDeadlineMs: 200 }

/** A task as its user sees it: in which lists it lies, by their names, and its labels. */
export type Seen = { readonly lists: readonly string[]; readonly labels: readonly string[] }

/** Thrown in the middle of a worker's step. */
export class Killed extends Error {}

/**
 * Follow Up Boss and a Radicale, with a route between them that files by deals. `dieAfterWrites`: the worker dies as often once a
 * write to Radicale was done, before it notes anything.
 */
export type DavDesk = {
  readonly accounts: Accounts
  readonly dav: Account
  person(name: string): Promise<number>
  deal(name: string, stageId: number, peopleIds: readonly number[]): Promise<number>
  change(deal: number, fields: Readonly<Record<string, unknown>>): Promise<void>
  task(name: string, personId: number): Promise<void>
  crm<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Every open task at Radicale, by title. */
  book(): Promise<Record<string, Seen>>
  /** Its user puts a task into another list. */
  moveTo(title: string, list: string): Promise<void>
  /** Its user edits a task's text. */
  edit(title: string, change: (text: string) => string): Promise<void>
  /** Path of a list below the user's home. */
  list(name: string): Promise<string>
  lists(): Promise<Record<string, string>>
  /** Its user calls a list otherwise. */
  rename(list: string, name: string): Promise<void>
  dieAfterWrites(times: number): void
  settle(): Promise<void>
  writes(): Promise<number>
  close(): Promise<void>
}

export async function openDavDesk(): Promise<DavDesk> {
  const [accounts, dav] = await Promise.all([openAccounts(WAITS), openAccount()])
  const { deciding, db } = accounts
  const crmUser = simClient(accounts.sims.crm.url, AS_USER)
  await add(deciding, 'crm', {
    provider: 'follow-up-boss',
    url: `${accounts.sims.crm.url}/v1`,
    credentials: await accounts.credentials({ apiKey: 'key', systemName: 'Test', systemKey: 'system' }),
  })
  await add(deciding, 'dav', {
    provider: 'caldav',
    url: dav.weather.url,
    credentials: await accounts.credentials(LOGIN),
  })
  await addRoute(deciding, { name: 'main', left: 'crm', right: 'dav' }, { zone: 'America/New_York' })
  let deaths = 0
  const depsWith = (wakeTasks: Deps['wakeTasks']): Deps => ({
    ...deciding.deps,
    providers: new Map([...deciding.deps.providers].map(([kind, one]) => [kind, mortal(one)])),
    secretKey: 'a secret of the tests',
    wakeTasks,
    wakeDeals: async () => undefined,
  })
  const mortal = (provider: Provider): Provider => {
    if (provider.kind !== 'caldav') return provider
    return {
      ...provider,
      async write(connection, ops) {
        const reply = await provider.write(connection, ops)
        if (deaths === 0) return reply
        deaths -= 1
        throw new Killed('the worker dies here')
      },
    }
  }
  const [route] = await allRoutes(db)
  if (route === undefined) throw new Error('there is no route')
  const worker: TestWorker = workerOver(route, depsWith)
  const crm: DavDesk['crm'] = async <T>(method: string, path: string, body?: unknown) => {
    const answer = await crmUser.call<T>(method, path, body)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  const desk: DavDesk = {
    accounts,
    dav,
    crm,
    person: async (name) => (await crm<{ id: number }>('POST', '/v1/people', { name })).id,
    deal: async (name, stageId, peopleIds) =>
      (await crm<{ id: number }>('POST', '/v1/deals', { name, stageId, peopleIds })).id,
    async change(deal, fields) {
      await crm('PUT', `/v1/deals/${deal}`, fields)
    },
    async task(name, personId) {
      await crm('POST', '/v1/tasks', { name, personId, assignedUserId: 1, type: 'Follow Up' })
    },
    async lists() {
      const home = await dav.user('PROPFIND', '', NAMES, { depth: '1', 'content-type': 'application/xml' })
      const found = home.text.split(/<(?:\w+:)?response>/u).flatMap((part): [string, string][] => {
        const path = /<(?:\w+:)?href>\/[^/]+\/([^<]+\/)</u.exec(part)?.[1]
        const name = /<(?:\w+:)?displayname>([^<]*)</u.exec(part)?.[1]
        return path === undefined || name === undefined ? [] : [[name, path]]
      })
      return Object.fromEntries(found)
    },
    async list(name) {
      const path = (await desk.lists())[name]
      if (path === undefined) throw new Error(`there is no list ${name}`)
      return path
    },
    async book() {
      const book: Record<string, Seen> = {}
      for (const { list, text } of await resources(desk)) {
        if (/^STATUS:COMPLETED/mu.test(text)) continue
        const title = /^SUMMARY:(.*)$/mu.exec(text)?.[1]?.trim() ?? ''
        const categories = [...text.matchAll(/^CATEGORIES:(.*)$/gmu)].flatMap(([, names = '']) =>
          names.trim().split(/(?<!\\),/u),
        )
        const known = book[title]
        book[title] = { lists: [...(known?.lists ?? []), list].sort(), labels: categories }
      }
      return book
    },
    async moveTo(title, list) {
      const { path, name } = await resourceOf(desk, title)
      const destination = `${dav.server.url}/${LOGIN.username}/${await desk.list(list)}${name}`
      await dav.user('MOVE', path, undefined, { destination, overwrite: 'F' })
    },
    async edit(title, change) {
      const { path, text, etag } = await resourceOf(desk, title)
      await dav.user('PUT', path, change(text), { 'if-match': etag })
    },
    async rename(list, name) {
      const body = `<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><d:displayname>${name}</d:displayname></d:prop></d:set></d:propertyupdate>`
      await dav.user('PROPPATCH', await desk.list(list), body, { 'content-type': 'application/xml' })
    },
    dieAfterWrites(times) {
      deaths = times
    },
    async settle() {
      let rounds = 0
      for (let quiet = 0; quiet < 1; ) {
        rounds += 1
        if (rounds > MAX_ROUNDS) throw new Error('It does not come to rest')
        await worker.pullDeals('complete')
        await worker.pull('left', 'incremental')
        await worker.pull('right', 'incremental')
        const worked = await untilKilled(worker)
        const open = await stillOpen(db)
        quiet = worked || open ? 0 : quiet + 1
        await db`update pair set dispatched_at = null`
        await db`update deal_home set dispatched_at = null`
      }
    },
    async writes() {
      const [row] = await db<{ writes: number }[]>`select count(*)::int as writes from op`
      return row?.writes ?? 0
    },
    async close() {
      await Promise.all([accounts[Symbol.asyncDispose](), dav.close()])
    },
  }
  await accounts.fillAndSettle()
  return desk
}

async function untilKilled(worker: TestWorker): Promise<boolean> {
  let worked = false
  try {
    while (await worker.work()) worked = true
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    return true
  }
  return worked
}

type Resource = { readonly list: string; readonly path: string; readonly name: string; readonly text: string }

async function resources(desk: Pick<DavDesk, 'dav' | 'lists'>): Promise<Resource[]> {
  const found: Resource[] = []
  for (const [list, path] of Object.entries(await desk.lists())) {
    const { text } = await desk.dav.user('PROPFIND', path, undefined, { depth: '1' })
    const names = new Set([...text.matchAll(/\/([^/<]+\.ics)</gu)].map(([, name = '']) => name))
    for (const name of names) {
      const shown = await desk.dav.user('GET', `${path}${name}`)
      found.push({ list, path: `${path}${name}`, name, text: shown.text.replace(/\r?\n[ \t]/gu, '') })
    }
  }
  return found
}

async function resourceOf(desk: DavDesk, title: string) {
  const found = (await resources(desk)).find(({ text }) =>
    new RegExp(`^SUMMARY:${title}\r?$`, 'mu').test(text),
  )
  if (found === undefined) throw new Error(`there is no task ${title}`)
  const { text, etag } = await desk.dav.user('GET', found.path)
  return { ...found, text: text.replace(/\r?\n[ \t]/gu, ''), etag }
}

const NAMES = '<d:propfind xmlns:d="DAV:"><d:prop><d:displayname/></d:prop></d:propfind>'
