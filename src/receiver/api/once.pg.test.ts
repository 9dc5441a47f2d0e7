import { createHash, randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ApiBed, openApiBed } from '../../../test/receiver/api.ts'
import { claimKey, dropClaim, keepAnswer } from '../../store/local/request-claims.ts'

type Made = { readonly id: string; readonly type?: string }

const NEW = { name: 'mine', provider: 'local' }
let bed: ApiBed

beforeEach(async () => {
  bed = await openApiBed()
})
afterEach(() => bed[Symbol.asyncDispose]())

const add = (key: string, body: object = NEW) =>
  bed.call<Made>('POST', '/connections', { body, headers: { 'idempotency-key': key } })

it('what is asked again under its key is done once, and answered as it was', async () => {
  const first = await add('k1')
  const again = await add('k1')
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body])
  expect(again.headers.get('location')).toBe(first.headers.get('location'))
  expect(bed.told).toEqual([`start ${first.body.id}`])
  const other = await add('k1', { ...NEW, name: 'another' })
  expect([other.status, other.body.type]).toEqual([422, 'urn:dealbridge:problem:key-reused'])
})

it('what failed is tried again under the same key', async () => {
  expect((await add('k1', { ...NEW, provider: 'none' })).status).toBe(422)
  expect(await bed.db`select from api_request`).toHaveLength(0)
  expect((await add('k1')).status).toBe(201)
})

it('while the first is under way the second comes too early; one whose process died is done anew', async () => {
  const dead = randomUUID()
  await add('k0')
  const [row] = await bed.db<{ fingerprint: string }[]>`select fingerprint from api_request`
  await bed.db`delete from connection`
  await bed.db`delete from api_request`
  expect(await claimKey(bed.db, 'k1', [row?.fingerprint ?? ''], dead)).toEqual({ kind: 'ours' })
  const early = await add('k1')
  expect([early.status, early.headers.get('retry-after'), early.body.type]).toEqual([
    409,
    '1',
    'urn:dealbridge:problem:under-way',
  ])
  await bed.db`update api_request set claimed_at = clock() - interval '61 seconds'`
  const done = await add('k1')
  expect(done.status).toBe(201)
  // The one that was taken for dead says nothing any more.
  await keepAnswer(bed.db, 'k1', dead, { status: 201, headers: {}, body: { id: 'stale' } })
  await dropClaim(bed.db, 'k1', dead)
  expect((await add('k1')).body).toEqual(done.body)
})

it('a stored request does not tell a secret, not even to who tries words', async () => {
  const body = { ...NEW, credentials: {} }
  await add('k1', body)
  await bed.db`delete from connection`
  const [row] = await bed.db<{ fingerprint: string }[]>`select fingerprint from api_request`
  const plain = createHash('sha256')
    .update(JSON.stringify(['POST', '/connections', '', JSON.stringify(body)]))
    .digest('hex')
  expect(row?.fingerprint).not.toBe(plain)
})
