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
const HOME = `[a-z][a-z0-9-]*/[\\w.-]+/(?:stage|pipeline)/(?:${ID}|${BRACKETED})/\\d+`
/** The part of a deal stands before its id: behind it a digit could be a user's. */
const DEAL = `deal(?:/\\d+)?:(?:${ID}|${BRACKETED})`
const LIST = `list:${ID}`

/** The source of a regular expression that finds a marker. */
export const MARKER_FORM = `(?:${TASK}|${GENERAL}|${HOME}|${DEAL}|${LIST})`

/** The text by which a task is known to be the counterpart of this task of `provider`. */
export function taskMarker(provider: string, remoteId: string): string {
  return `${provider}/task/${written(remoteId)}`
}

/** The text by which a note is known to be of this comment of `provider`. */
export function commentMarker(provider: string, remoteId: string): string {
  return `${provider}/comment/${written(remoteId)}`
}

const BARE = new RegExp(`^${ID}$`, 'u')

/** An id in a marker, told from whatever a user types behind it. */
function written(id: string): string {
  return BARE.test(id) ? id : `(${escaped(id)})`
}

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

/** By which the task of a checklist is known that has no other task yet. `key`: a UUID (`pair.stamped_as`). */
export function stampMarker(key: string): string {
  return taskMarker(STAMPS, key)
}

/** The key of the stamped task that a marker names; null when it names none. */
export function markedStamp(marker: string | null): string | null {
  const key = markedTask(STAMPS, marker)
  return key !== null && UUID.test(key) ? key : null
}

/** In place of a service's name: no service is called so. */
const STAMPS = 'checklist'
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u

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

/** What a project of stages is made for: one stage's deals, or those of a whole pipeline. */
export type StageProject = {
  readonly kind: 'stage' | 'pipeline'
  readonly id: string
  readonly shard: number
}

/** Names the CRM account and what the project is for, so that it is known again after a loss of the record. */
export function stageMarker(provider: string, account: string, { kind, id, shard }: StageProject): string {
  return `${provider}/${account}/${kind}/${written(id)}/${shard}`
}

/** What a project of this account is for; null when its marker says nothing of the kind. */
export function markedStage(provider: string, account: string, marker: string | null): StageProject | null {
  const [kind, id, number, more] = behind(`${provider}/${account}/`, marker)?.split('/') ?? []
  if ((kind !== 'stage' && kind !== 'pipeline') || id === undefined || more !== undefined) return null
  const shard = Number(number)
  const remoteId = unescaped(id)
  return remoteId === null || !Number.isSafeInteger(shard) || shard < 1 ? null : { kind, id: remoteId, shard }
}

/** A section of a deal. `part`: from 1; a deal with too many tasks for one section has further ones. */
export type MarkedDeal = { readonly id: string; readonly part: number }

/** Names the deal, and of a further section its part. */
export function dealMarker({ id, part }: MarkedDeal): string {
  return `deal${part === 1 ? '' : `/${part}`}:${written(id)}`
}

/** The deal whose section this is; null for a marker of another form. */
export function markedDeal(marker: string | null): MarkedDeal | null {
  const [, part, text] = DEAL_PARTS.exec(marker ?? '') ?? []
  const id = text === undefined ? null : unescaped(text)
  const number = part === undefined ? 1 : Number(part)
  return id === null || !Number.isSafeInteger(number) || number < 1 ? null : { id, part: number }
}

const DEAL_PARTS = new RegExp(`^deal(?:/(\\d+))?:(${ID}|${BRACKETED})$`, 'iu')

function behind(prefix: string, marker: string | null): string | null {
  return marker?.startsWith(prefix) === true ? marker.slice(prefix.length) : null
}
