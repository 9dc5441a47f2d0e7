import { markerRow } from '../../core/marker-row.ts'
import { cut, oneLine } from '../../core/normalise.ts'
import { extendedMkcol, mkcalendar, propfind } from './bodies.ts'
import { type Answer, type Client, isKind, XML } from './client.ts'
import { answerError, gone, notUnderstood } from './errors.ts'
import { asCollection } from './hrefs.ts'
import { LIST_PROPS, listsIn, type TaskList } from './lists.ts'
import { type Account, urlOf } from './place.ts'

/** Code points: names are shown in narrow columns, and no server says what it takes. */
const NAME_LIMIT = 120

/** `key`: a UUID, by which the list is known when it is made again. `marker`: stands in its description. */
export type WantedList = { readonly key: string; readonly name: string; readonly marker: string | null }

/**
 * Makes a list of tasks, at a path that its key names: made again it is the same one. By MKCALENDAR (RFC 4791, 5.3.1),
 * or where a server has none by the extended MKCOL (RFC 5689). Gives back its path.
 */
export async function makeList(client: Client, account: Account, wanted: WantedList): Promise<string> {
  const path = `${account.home}${encodeURIComponent(wanted.key)}/`
  const name = listName(wanted.name)
  const description = wanted.marker === null ? null : markerRow(wanted.marker)
  const first = await send(client, account, path, 'MKCALENDAR', mkcalendar(name, description))
  if (isMade(first)) return path
  if (await isThere(client, account, path)) return path
  if (first.status !== 405 && first.status !== 501)
    throw answerError('write', { ...first, retryAfter: undefined })
  const second = await send(client, account, path, 'MKCOL', extendedMkcol(name, description))
  if (!isMade(second)) throw answerError('write', { ...second, retryAfter: undefined })
  return path
}

/** One list, as it is. Throws `gone` where there is none. */
export async function listAt(client: Client, account: Account, path: string): Promise<TaskList> {
  const { responses } = await client.ask(account, {
    method: 'PROPFIND',
    url: urlOf(account, path),
    depth: '0',
    body: propfind(LIST_PROPS),
  })
  const list = listsIn(responses, account.home).find((one) => one.path === asCollection(path))
  if (list === undefined) throw gone('list')
  return list
}

export function listName(name: string): string {
  return cut(oneLine(name), NAME_LIMIT) || 'Dealbridge'
}

async function send(
  client: Client,
  account: Account,
  path: string,
  method: string,
  body: string,
): Promise<Answer> {
  const answer = await client.send(account, {
    method,
    url: urlOf(account, path),
    purpose: 'write',
    headers: XML,
    body,
    takes: (status) => (status >= 200 && status < 300) || [403, 405, 409, 412, 501].includes(status),
  })
  // A 200 is somebody else's, and a 207 says that properties were not set.
  if (answer.status === 200) throw notUnderstood('write')
  return answer
}

function isMade({ status }: Answer): boolean {
  return status === 201 || status === 204
}

/** Servers say in several ways that there is one; one that refuses for another reason shows none. */
async function isThere(client: Client, account: Account, path: string): Promise<boolean> {
  try {
    await listAt(client, account, path)
    return true
  } catch (error) {
    if (isKind(error, 'gone')) return false
    throw error
  }
}
