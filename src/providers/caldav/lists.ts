import { splitDescription } from '../../core/description-block.ts'
import { oneLine } from '../../core/normalise.ts'
import type { DbTime, RemoteContainer } from '../contract.ts'
import { type Prop, propfind } from './bodies.ts'
import { type Client, isKind } from './client.ts'
import { inMotion, invalid } from './errors.ts'
import { asCollection, listId } from './hrefs.ts'
import type { DavResponse } from './multistatus.ts'
import { type Account, urlOf } from './place.ts'
import { CALDAV, CALENDAR_SERVER, childOf, childrenOf, DAV, nameOf, textOf } from './xml.ts'

/**
 * A collection that holds tasks. `token`: where its changes stand now, null where the server does not say; `syncs`: whether
 * it can be asked what changed since one (RFC 6578). `ctag`: changes whenever something in it does.
 */
export type TaskList = {
  readonly path: string
  readonly id: string
  readonly name: string
  readonly description: string
  readonly token: string | null
  readonly syncs: boolean
  readonly ctag: string | null
}

export const LIST_PROPS: readonly Prop[] = [
  'd:resourcetype',
  'd:displayname',
  'c:calendar-description',
  'c:supported-calendar-component-set',
  'd:supported-report-set',
  'd:sync-token',
  'cs:getctag',
]

/** Without ctags. Radicale looks through all tasks of a list for each of both, and for a known token the ctag says no more. */
export const TOKENS_ONLY = LIST_PROPS.filter((prop) => prop !== 'cs:getctag')

/** Not even tokens: for lists that are to be asked themselves what changed in them since one. */
export const NO_STATES = TOKENS_ONLY.filter((prop) => prop !== 'd:sync-token')

/** All task lists of an account in the order of their ids, in which walks go through them; by one request. */
export async function taskLists(
  client: Client,
  account: Account,
  props: readonly Prop[] = LIST_PROPS,
): Promise<{ readonly askedAt: DbTime; readonly lists: readonly TaskList[] }> {
  try {
    const { askedAt, responses } = await client.ask(account, {
      method: 'PROPFIND',
      url: urlOf(account, account.home),
      depth: '1',
      body: propfind(props),
    })
    for (const one of responses) if (isOutOfOrder(one)) throw inMotion()
    return { askedAt, lists: listsIn(responses, account.home) }
  } catch (error) {
    // That the home is not there says nothing about the tasks in it.
    if (!isKind(error, 'gone')) throw error
    throw invalid(
      'The CalDAV account has moved: its lists are not where they were.',
      'Check the connection: dealbridge connect retry',
    )
  }
}

/** That the server could not tell just now whether this is a list: that it is none would take its tasks out of every sync. */
function isOutOfOrder({ status, props, refused }: DavResponse): boolean {
  const passing = (one: number) => one >= 500 || one === 423 || one === 429
  return (
    (status !== null && passing(status)) || (!props.has(nameOf(DAV, 'resourcetype')) && refused.some(passing))
  )
}

/** The task lists among what a PROPFIND of a home shows. */
export function listsIn(responses: readonly DavResponse[], home: string): TaskList[] {
  return responses
    .filter(isTaskList)
    .map((one) => listOf(one, home))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** A calendar that takes tasks; one that does not say what it takes, takes all (RFC 4791, 5.2.3). */
export function isTaskList({ props, status }: DavResponse): boolean {
  const type = props.get(nameOf(DAV, 'resourcetype'))
  if (status !== null && status >= 300) return false
  if (childOf(type, CALDAV, 'calendar') === undefined) return false
  const takes = props.get(nameOf(CALDAV, 'supported-calendar-component-set'))
  const names = takes === undefined ? [] : childrenOf(takes, CALDAV, 'comp')
  return names.length === 0 || names.some(({ attributes }) => attributes.name?.toUpperCase() === 'VTODO')
}

function listOf({ path, props }: DavResponse, home: string): TaskList {
  const collection = asCollection(path)
  const token = textOf(props.get(nameOf(DAV, 'sync-token'))) ?? null
  const reports = props.get(nameOf(DAV, 'supported-report-set'))
  const named = (reports?.children ?? []).flatMap(
    (one) => childOf(one, DAV, 'report')?.children.map(({ name }) => name) ?? [],
  )
  return {
    path: collection,
    id: listId(home, collection),
    name: oneLine(props.get(nameOf(DAV, 'displayname'))?.text ?? ''),
    description: props.get(nameOf(CALDAV, 'calendar-description'))?.text ?? '',
    token,
    syncs: named.length === 0 ? token !== null : named.includes(nameOf(DAV, 'sync-collection')),
    ctag: textOf(props.get(nameOf(CALENDAR_SERVER, 'getctag'))) ?? null,
  }
}

/** A list as the program knows containers. One without a name is called by the last part of its path. */
export function containerOf({ id, name, description }: TaskList): RemoteContainer {
  return {
    remoteId: id,
    kind: 'list',
    name: name || (id.split('/').at(-1) ?? id),
    parent: null,
    state: 'active',
    marker: splitDescription(description).marker,
  }
}

/** A list that was there before, and is not any more. */
export function goneList(id: string): RemoteContainer {
  return { remoteId: id, kind: 'list', name: '', parent: null, state: 'gone', marker: null }
}
