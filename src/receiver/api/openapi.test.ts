import { expect, it } from 'vitest'
import { administrationHeard } from '../../../test/receiver/administration.ts'
import { openDatabase } from '../../store/database.ts'
import { createApi, OPERATIONS } from './api.ts'
import { openApi } from './openapi.ts'

type Described = { paths: Record<string, Record<string, { operationId: string; responses: object }>> }

// Nothing here asks it for anything.
const db = openDatabase({ url: 'postgres://127.0.0.1:9/none' })
const administration = administrationHeard(db, [])
const api = createApi({ db, nudge: () => undefined, administration }, 'https://example.com/x/api/v1')
const served = async () => (await (await api.request('/openapi.json')).json()) as Described

it('every route that answers is described, and no other', async () => {
  const routes = api.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '/openapi.json')
    .map(({ method, path }) => `${method} ${path.replace(':id', '{id}')}`)
  const described = Object.entries((await served()).paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(described.sort()).toEqual(routes.sort())
  expect(routes.length).toBeGreaterThan(15)
})

it('credentials have a place in requests alone, which says that they are never shown', () => {
  const { components } = openApi(OPERATIONS, '/api/v1') as {
    components: { schemas: Record<string, { properties?: Record<string, { writeOnly?: boolean }> }> }
  }
  const holding = Object.entries(components.schemas).filter(
    ([, one]) => 'credentials' in (one.properties ?? {}),
  )
  expect(holding.map(([name]) => name).sort()).toEqual(['ConnectionEdit', 'NewConnection'])
  for (const [, one] of holding) expect(one.properties?.credentials?.writeOnly).toBe(true)
})

it('names of operations are their own, and each says what it answers', async () => {
  const all = Object.values((await served()).paths).flatMap((methods) => Object.values(methods))
  expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length)
  for (const { operationId, responses } of all)
    expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(['default']))
})

it('every name that is referred to is there', () => {
  const description = openApi(OPERATIONS, '/api/v1')
  const { schemas } = description.components as { schemas: object }
  const used = [...JSON.stringify(description).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/gu)]
  expect(used.length).toBeGreaterThan(10)
  for (const [, name] of used) expect(Object.keys(schemas)).toContain(name)
})

it('it says where it is reached, and that bodies have limits', async () => {
  expect(await served()).toMatchObject({
    openapi: '3.1.0',
    servers: [{ url: 'https://example.com/x/api/v1' }],
    components: {
      schemas: {
        NewTask: {
          required: ['title'],
          additionalProperties: false,
          properties: { title: { type: 'string', minLength: 1, maxLength: 1_000 } },
        },
      },
    },
  })
})
