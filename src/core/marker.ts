/*
 * The marker: the text by which what we made is known again. Only these forms are markers; whatever else stands on a line
 * behind `dealbridge:` was typed by a user.
 */

/** What a user types right behind an id must be told from it, or it would be lost: so no other letters are an id's. */
export const ID = '(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\d+)'
/** An id of any other letters ends with its bracket; whatever could be taken for that, or for the end of a word, is escaped. */
const BRACKETED = "\\((?:[\\w.~!*'-]|%[0-9a-f]{2})+\\)"
const TASK = `[a-z][a-z0-9-]*/task/(?:${ID}|${BRACKETED})`
const GENERAL = '[a-z][a-z0-9-]*/[\\w.-]+/general/\\d+'
const DEAL = `deal:${ID}`
const LIST = `list:${ID}`

/** The source of a regular expression that finds a marker. */
export const MARKER_FORM = `(?:${TASK}|${GENERAL}|${DEAL}|${LIST})`

/** The text by which a task is known to be the counterpart of this task of `provider`. */
export function taskMarker(provider: string, remoteId: string): string {
  return `${provider}/task/${BARE.test(remoteId) ? remoteId : `(${escaped(remoteId)})`}`
}

const BARE = new RegExp(`^${ID}$`, 'u')

function escaped(id: string): string {
  return encodeURIComponent(id).replaceAll('(', '%28').replaceAll(')', '%29')
}

/** Null for what nothing of ours has written. */
function unescaped(text: string): string | null {
  if (!text.startsWith('(')) return text
  try {
    return decodeURIComponent(text.slice(1, -1))
  } catch {
    return null
  }
}

/** The remote id in a marker that points at a task of this provider; null when it points elsewhere. */
export function markedTask(provider: string, marker: string | null): string | null {
  const id = behind(`${provider}/task/`, marker)
  return id === null ? null : unescaped(id)
}

/** The task that a marker names; null for one of another form. */
export function taskOfMarker(
  marker: string | null,
): { readonly provider: string; readonly remoteId: string } | null {
  const [provider, kind, id] = marker?.split('/') ?? []
  const remoteId = id === undefined ? null : unescaped(id)
  return provider === undefined || kind !== 'task' || remoteId === null ? null : { provider, remoteId }
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
