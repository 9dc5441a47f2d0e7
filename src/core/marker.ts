/*
 * The marker: the text by which what we made is known again. Only these forms are markers; whatever else stands on a line
 * behind `dealbridge:` was typed by a user.
 */

/** What a user types right behind an id must be told from it, or it would be lost: so no other letters are an id's. */
const ID = '(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\d+)'
const TASK = `[a-z][a-z0-9-]*/task/${ID}`
const GENERAL = '[a-z][a-z0-9-]*/[\\w.-]+/general/\\d+'
const DEAL = `deal:${ID}`
const LIST = `list:${ID}`

/** The source of a regular expression that finds a marker. */
export const MARKER_FORM = `(?:${TASK}|${GENERAL}|${DEAL}|${LIST})`

/** The text by which a task is known to be the counterpart of this task of `provider`. */
export function taskMarker(provider: string, remoteId: string): string {
  return `${provider}/task/${remoteId}`
}

/** The remote id in a marker that points at a task of this provider; null when it points elsewhere. */
export function markedTask(provider: string, marker: string | null): string | null {
  return behind(`${provider}/task/`, marker)
}

/** The task that a marker names; null for one of another form. */
export function taskOfMarker(
  marker: string | null,
): { readonly provider: string; readonly remoteId: string } | null {
  const [provider, kind, remoteId] = marker?.split('/') ?? []
  return provider === undefined || kind !== 'task' || remoteId === undefined ? null : { provider, remoteId }
}

/** Names a list that was made for a mapping, by the UUID under which it was made. */
export function listMarker(key: string): string {
  return `list:${key}`
}

/** Names the CRM account, so that a General made before a loss of the record is known again. */
export function generalMarker(provider: string, account: string, shard: number): string {
  return `${provider}/${account}/general/${shard}`
}

/** The shard of this account's General that a container's marker names; null when it is none. */
export function markedShard(provider: string, account: string, marker: string | null): number | null {
  const shard = Number(behind(`${provider}/${account}/general/`, marker) ?? Number.NaN)
  return Number.isSafeInteger(shard) && shard > 0 ? shard : null
}

function behind(prefix: string, marker: string | null): string | null {
  return marker?.startsWith(prefix) === true ? marker.slice(prefix.length) : null
}
