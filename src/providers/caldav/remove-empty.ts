import type { Connection } from '../contract.ts'
import { accountOf } from './account.ts'
import { propfind } from './bodies.ts'
import { type Client, isKind } from './client.ts'
import { asCollection, collectionPath } from './hrefs.ts'
import { urlOf } from './place.ts'

/** Deletes a list in which no resource of any kind lies. */
export async function removeEmpty(client: Client, connection: Connection, id: string): Promise<boolean> {
  const account = await accountOf(client, connection)
  const path = collectionPath(account.home, id)
  const url = urlOf(account, path)
  try {
    const body = propfind(['d:getetag', 'd:resourcetype'])
    const { responses } = await client.ask(account, { method: 'PROPFIND', url, depth: '1', body })
    if (responses.some((one) => asCollection(one.path) !== path)) return false
  } catch (error) {
    if (isKind(error, 'gone')) return true
    throw error
  }
  await client.change(account, path, {
    method: 'DELETE',
    url,
    purpose: 'write',
    takes: (status) => (status >= 200 && status < 300) || status === 404 || status === 410,
  })
  return true
}
