/*
 * The XML that we send (RFC 4791, RFC 6578, RFC 4918). Prefixes: d is DAV:, c CalDAV, cs the Calendar Server extensions.
 */

const NAMESPACES =
  'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/"'

export type Prop =
  | 'd:current-user-principal'
  | 'd:resourcetype'
  | 'd:displayname'
  | 'd:getetag'
  | 'd:sync-token'
  | 'd:supported-report-set'
  | 'c:calendar-home-set'
  | 'c:calendar-data'
  | 'c:calendar-description'
  | 'c:supported-calendar-component-set'
  | 'cs:getctag'

export function propfind(props: readonly Prop[]): string {
  return document('d:propfind', propsOf(props))
}

/** What changed since a token; an empty one asks for everything. Content is not asked for: few servers give it here. */
export function syncCollection(token: string): string {
  return document(
    'd:sync-collection',
    `<d:sync-token>${escaped(token)}</d:sync-token><d:sync-level>1</d:sync-level>${propsOf(['d:getetag'])}`,
  )
}

export function multiget(hrefs: readonly string[], props: readonly Prop[]): string {
  const asked = hrefs.map((href) => `<d:href>${escaped(href)}</d:href>`).join('')
  return document('c:calendar-multiget', `${propsOf(props)}${asked}`)
}

/** Tasks of a collection; with `uid` those of this one alone. */
export function taskQuery(uid: string | null, props: readonly Prop[]): string {
  const byUid =
    uid === null
      ? ''
      : `<c:prop-filter name="UID"><c:text-match collation="i;octet">${escaped(uid)}</c:text-match></c:prop-filter>`
  const filter = `<c:comp-filter name="VCALENDAR"><c:comp-filter name="VTODO">${byUid}</c:comp-filter></c:comp-filter>`
  return document('c:calendar-query', `${propsOf(props)}<c:filter>${filter}</c:filter>`)
}

const TASKS_ONLY =
  '<c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set>'

export function mkcalendar(name: string, description: string | null): string {
  return document('c:mkcalendar', setOf(`${named(name)}${described(description)}${TASKS_ONLY}`))
}

/** The same for a server without MKCALENDAR (RFC 5689). */
export function extendedMkcol(name: string, description: string | null): string {
  const type = '<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>'
  return document('d:mkcol', setOf(`${type}${named(name)}${described(description)}${TASKS_ONLY}`))
}

export function propertyUpdate(change: {
  readonly name?: string | undefined
  readonly description?: string | undefined
}): string {
  const name = change.name === undefined ? '' : named(change.name)
  const description = change.description === undefined ? '' : described(change.description)
  return document('d:propertyupdate', setOf(`${name}${description}`))
}

function document(root: string, content: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><${root} ${NAMESPACES}>${content}</${root}>`
}

function propsOf(props: readonly Prop[]): string {
  return `<d:prop>${props.map((prop) => `<${prop}/>`).join('')}</d:prop>`
}

function setOf(props: string): string {
  return `<d:set><d:prop>${props}</d:prop></d:set>`
}

function named(name: string): string {
  return `<d:displayname>${escaped(name)}</d:displayname>`
}

/** Nothing for a list without one: Xandikos (0.4.10) answers 500 to an empty one where there was none. */
function described(description: string | null): string {
  if (description === null) return ''
  return `<c:calendar-description>${escaped(description)}</c:calendar-description>`
}

/** Carriage returns and what XML has no place for never get here: texts are kept first. */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
