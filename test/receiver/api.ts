import { z } from 'zod'
import { createApi, OPERATIONS } from '../../src/receiver/api/api.ts'
import { openApi } from '../../src/receiver/api/openapi.ts'
import type { Db } from '../../src/store/database.ts'
import { openLocalDatabase } from '../store/local.ts'
import { administrationHeard } from './administration.ts'

type Json = Readonly<Record<string, unknown>>
export type Answered<T> = { readonly status: number; readonly headers: Headers; readonly body: T }
export type Sent = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }

/** The API over a database of its own. Every answer of every call must be as the API's own description says. */
export type ApiBed = AsyncDisposable & {
  readonly db: Db
  /** Connections that were told of news. */
  readonly nudged: string[]
  /** What workflows were told of connections, routes and syncs. */
  readonly told: string[]
  /** `body`: a text is sent as it is, anything else as JSON. */
  call<T = never>(method: string, path: string, sent?: Sent): Promise<Answered<T>>
}

export async function openApiBed(): Promise<ApiBed> {
  const { db, [Symbol.asyncDispose]: dispose } = await openLocalDatabase()
  const nudged: string[] = []
  const told: string[] = []
  const administration = administrationHeard(db, told)
  const api = createApi({ db, nudge: (id) => nudged.push(id), administration }, '/api/v1')
  return {
    db,
    nudged,
    told,
    call: callsOf(api),
    [Symbol.asyncDispose]: dispose,
  }
}

/** Calls of an API, of which every answer must be as its own description says. */
export function callsOf(api: ReturnType<typeof createApi>): ApiBed['call'] {
  return async <T>(method: string, path: string, { body, headers = {} }: Sent = {}) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await api.request(path, {
      method,
      headers: { ...json, ...headers },
      ...(body === undefined ? {} : { body: text }),
    })
    const told = await answer.text()
    const answered = {
      status: answer.status,
      headers: answer.headers,
      body: told === '' ? null : JSON.parse(told),
    }
    requireDescribed(method, path, answered)
    return answered as Answered<T>
  }
}

const DESCRIPTION = openApi(OPERATIONS, '/api/v1')

/** Throws where an answer is not what the description promises. */
function requireDescribed(method: string, path: string, { status, headers, body }: Answered<unknown>): void {
  const [only = ''] = path.split('?')
  const paths = DESCRIPTION.paths as Record<string, Record<string, { responses: Record<string, Json> }>>
  const template = only in paths ? only : only.replace(/^(\/\w+)\/[^/]+/u, '$1/{id}')
  const operation = paths[template]?.[method.toLowerCase()]
  if (operation === undefined) throw new Error(`${method} ${template} is not described`)
  const response = operation.responses[status] ?? operation.responses.default
  const content = response?.content as Record<string, { schema: Json }> | undefined
  const type = headers.get('content-type')?.split(';')[0] ?? ''
  if (content === undefined) {
    if (body !== null) throw new Error(`${method} ${template} ${status} has a body, and should have none`)
    return
  }
  const schema = content[type]?.schema
  if (schema === undefined) throw new Error(`${method} ${template} ${status} answers ${type}: not described`)
  const parsed = validator(schema).safeParse(body)
  if (!parsed.success) throw new Error(`${method} ${template} ${status}: ${z.prettifyError(parsed.error)}`)
}

function validator(schema: Json): z.ZodType {
  const { schemas } = DESCRIPTION.components as { schemas: Json }
  const whole = JSON.stringify({ ...schema, $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/')
  return z.fromJSONSchema(JSON.parse(whole))
}
