/*
 * Where things lie. A path is one of the home's origin, each of its parts percent-encoded in one way, so that the ways in
 * which servers write them compare as equal. Collections end in a slash.
 */

const EXTENSION = '.ics'
/** Paths are all that is taken from an href: whatever name a server has for itself, it is asked under the home's. */
const ANY = 'http://of.the.home'

/** The path of an href, which may be a whole URL or a path; null for what is neither. */
export function pathOf(href: string): string | null {
  if (href === '' || !URL.canParse(href, ANY)) return null
  return new URL(href, ANY).pathname.split('/').map(recoded).join('/')
}

/** A part that is wrongly encoded stays as it is. */
function recoded(part: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(part))
  } catch {
    return part
  }
}

export function asCollection(path: string): string {
  return path.endsWith('/') ? path : `${path}/`
}

/** The collection in which a resource lies. */
export function collectionOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

/** Where a task of this UID lies when nobody chose otherwise: there we put those that we make. */
export function conventionalPath(collection: string, uid: string): string {
  return `${collection}${encodeURIComponent(uid)}${EXTENSION}`
}

/**
 * Those of these UIDs for which it is worth asking by that path. Servers refuse names of other letters or of any length in
 * ways of their own (Radicale: 403 and 500), and clients do not name resources so.
 */
export function nameable(uids: readonly string[]): string[] {
  return uids.filter((uid) => NAMEABLE.test(uid))
}

const NAMEABLE = /^[\w@+-][\w.@+-]{0,127}$/

/** Where a resource lies in another collection under its own name. */
export function sameName(path: string, collection: string): string {
  return `${collection}${path.slice(collectionOf(path).length)}`
}

/** The UID that a resource's name says, when its client named it as we do. */
export function conventionalUid(path: string): string {
  const name = path.slice(collectionOf(path).length)
  const bare = name.endsWith(EXTENSION) ? name.slice(0, -EXTENSION.length) : name
  try {
    return decodeURIComponent(bare)
  } catch {
    return bare
  }
}

/** A list's remote id: its path below the home, or its whole path where it lies elsewhere; without the last slash. */
export function listId(home: string, collection: string): string {
  const path = collection.startsWith(home) && collection !== home ? collection.slice(home.length) : collection
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** The collection that a list's remote id names. */
export function collectionPath(home: string, id: string): string {
  return asCollection(id.startsWith('/') ? id : `${home}${id}`)
}
