import { z } from 'zod'
import type { RunningSim } from '../kit/service.ts'
import type { TodoistSettings } from './settings.ts'
import { startTodoist } from './start.ts'

/** An answer as tests look at it. `body` is the parsed JSON, or the text when it is not JSON. */
export type Answer = { status: number; headers: Headers; body: unknown }

const row = z.looseObject({ id: z.string() })
const syncBody = z.looseObject({
  sync_token: z.string(),
  full_sync: z.boolean(),
  temp_id_mapping: z.record(z.string(), z.string()),
  sync_status: z
    .record(z.string(), z.union([z.literal('ok'), z.looseObject({ error_code: z.number() })]))
    .optional(),
  items: z.array(row).optional(),
  projects: z.array(row).optional(),
  sections: z.array(row).optional(),
  labels: z.array(row).optional(),
  notes: z.array(row).optional(),
})
export type SyncAnswer = z.infer<typeof syncBody>
export type Row = z.infer<typeof row>

/** Plays a client (or the user) of a simulator that a test started. */
export class TestClient {
  readonly sim: RunningSim
  private readonly headers: Record<string, string>
  private uuids = 0

  constructor(sim: RunningSim, headers: Record<string, string> = { authorization: 'Bearer key' }) {
    this.sim = sim
    this.headers = headers
  }

  /** The same simulator with the person at the page. */
  get user(): TestClient {
    return new TestClient(this.sim, { 'x-sim-actor': 'user' })
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const form = typeof body === 'string'
    const response = await fetch(this.sim.url + path, {
      method,
      headers: {
        'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parse(text) }
  }

  /** A REST call that must succeed; gives the object. */
  async rest(method: string, path: string, body?: unknown): Promise<Row> {
    const answer = await this.call(method, `/api/v1${path}`, body)
    if (answer.status !== 200)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return row.parse(answer.body)
  }

  /** The ids of a listing's first page. */
  async ids(path: string): Promise<string[]> {
    const answer = await this.call('GET', `/api/v1${path}`)
    const page = z.object({ results: z.array(row) }).parse(answer.body)
    return page.results.map((each) => each.id)
  }

  async sync(body: Record<string, unknown>): Promise<SyncAnswer> {
    const answer = await this.call('POST', '/api/v1/sync', body)
    if (answer.status !== 200) throw new Error(`sync: ${answer.status} ${JSON.stringify(answer.body)}`)
    return syncBody.parse(answer.body)
  }

  /** A full sync's token, to ask what changed from here on. */
  async token(): Promise<string> {
    return (await this.sync({ sync_token: '*', resource_types: ['items'] })).sync_token
  }

  /** What changed since the token. */
  changes(token: string, resource_types: readonly string[] = ['all']): Promise<SyncAnswer> {
    return this.sync({ sync_token: token, resource_types })
  }

  /** One command; gives the id it made, or throws the error object's code and text. */
  async command(type: string, args: Record<string, unknown>): Promise<string> {
    const uuid = `${Math.random()}-${this.uuids++}`
    const answer = await this.sync({ commands: [{ type, uuid, temp_id: uuid, args }] })
    const status = answer.sync_status?.[uuid]
    if (status !== 'ok') throw new Error(JSON.stringify(status))
    return answer.temp_id_mapping[uuid] ?? ''
  }

  task(id: string): Promise<Row> {
    return this.rest('GET', `/tasks/${id}`)
  }

  async admin(path: string, body: unknown): Promise<unknown> {
    const answer = await this.call('POST', `/__sim/${path}`, body)
    if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  settings(patch: Partial<TodoistSettings>): Promise<unknown> {
    return this.admin('settings', patch)
  }
}

/** An empty account at noon of Friday, 20 November 2026 in New York. */
export async function emptyAccount(settings: Partial<TodoistSettings> = {}): Promise<TestClient> {
  const client = new TestClient(await startTodoist({ port: 0, data: 'empty', seed: 1, settings }))
  await client.admin('clock', { now: '2026-11-20T17:00:00Z' })
  return client
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
