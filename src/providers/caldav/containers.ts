import { joinDescription, splitDescription } from '../../core/description-block.ts'
import { markerRow } from '../../core/marker-row.ts'
import type { Connection, ContainerRef, Containers, NewContainer, RemoteContainer } from '../contract.ts'
import { accountOf } from './account.ts'
import { propertyUpdate } from './bodies.ts'
import { type Client, XML } from './client.ts'
import { answerError, invalid, notUnderstood } from './errors.ts'
import { collectionPath } from './hrefs.ts'
import { containerOf, taskLists } from './lists.ts'
import { listAt, listName, makeList } from './make-list.ts'
import { parseMultistatus } from './multistatus.ts'
import { type Account, urlOf } from './place.ts'
import { removeEmpty } from './remove-empty.ts'

/**
 * Lists, which are collections of the account's home: they lie in nothing, and there is no archive. Our marker stands in
 * the description of the list (RFC 4791, 5.2.1), which servers keep, while not all take properties of a client's own.
 */
export const createContainers = (client: Client): Containers => ({
  kinds: ['list'],
  moves: false,
  archives: false,

  async list(connection) {
    const { askedAt, lists } = await taskLists(client, await accountOf(client, connection))
    return { askedAt, containers: lists.map(containerOf) }
  },
  create: (connection, wanted) => create(client, connection, wanted),
  update: (connection, which, change) => update(client, connection, which, change),
  removeEmpty: (connection, which) => removeEmpty(client, connection, which.remoteId),
  move: () => Promise.reject(invalid('Lists of a CalDAV account lie in nothing, and cannot be moved.')),
  archive: () => Promise.reject(invalid('A CalDAV account has no archive for lists.')),
})

async function create(
  client: Client,
  connection: Connection,
  wanted: NewContainer,
): Promise<RemoteContainer> {
  if (wanted.kind !== 'list' || wanted.parent !== null)
    throw invalid('A CalDAV account has lists, and none inside of others.')
  const account = await accountOf(client, connection)
  return containerOf(await listAt(client, account, await makeList(client, account, wanted)))
}

async function update(
  client: Client,
  connection: Connection,
  { kind, remoteId }: ContainerRef,
  { name, marker }: Parameters<Containers['update']>[2],
): Promise<RemoteContainer> {
  if (kind !== 'list') throw invalid('A CalDAV account has lists, and no projects or sections.')
  const account = await accountOf(client, connection)
  const path = collectionPath(account.home, remoteId)
  if (name !== undefined || marker !== undefined)
    await patch(client, account, path, {
      name: name === undefined ? undefined : listName(name),
      description: marker === undefined ? undefined : await remarked(client, account, path, marker),
    })
  return containerOf(await listAt(client, account, path))
}

/** The description with our marker; what a user wrote there stays. */
async function remarked(
  client: Client,
  account: Account,
  path: string,
  marker: string | null,
): Promise<string> {
  const { notes } = splitDescription((await listAt(client, account, path)).description)
  return notes === '' && marker !== null ? markerRow(marker) : joinDescription(notes, [], marker)
}

/** Properties are set all or none (RFC 4918, 9.2); the answer says which the server did not want. */
async function patch(
  client: Client,
  account: Account,
  path: string,
  change: Parameters<typeof propertyUpdate>[0],
): Promise<void> {
  const answer = await client.send(account, {
    method: 'PROPPATCH',
    url: urlOf(account, path),
    purpose: 'write',
    headers: XML,
    body: propertyUpdate(change),
    takes: (status) => status >= 200 && status < 300,
  })
  const told = answer.status === 207 ? parseMultistatus(answer.text) : null
  if (told === null) throw notUnderstood('write')
  const refused = told.responses.flatMap(({ status, refused: some }) => [
    ...some,
    ...((status ?? 200) >= 300 ? [status ?? 0] : []),
  ])
  const [status] = refused
  if (status !== undefined) throw answerError('write', { status, text: '', retryAfter: undefined })
}
