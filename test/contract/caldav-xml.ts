import {
  CALDAV,
  childOf,
  DAV,
  nameOf,
  parseXml,
  textOf,
  type XmlElement,
} from '../../src/providers/caldav/xml.ts'
import type { Bodies } from './http-bodies.ts'
import type { Wire } from './world.ts'

/*
 * Answers of CalDAV servers, as `Wire` looks at bodies: elements with their names, attributes, children and texts.
 */

type Element = { name: string; attributes: Record<string, unknown>; children: Element[]; text: string }

export const XML_BODIES: Bodies = {
  type: 'xml',
  parse: (text) => structuredClone(parseXml(text)) ?? {},
  print: (body) => (isElement(body) ? printed(body) : JSON.stringify(body)),
}

/** Whatever was put into an element beside its own becomes an element of a language that nobody knows. */
function printed({ name, attributes, children, text, ...others }: Element): string {
  const [, namespace = '', local = ''] = /^\{(.*)\}(.*)$/.exec(name) ?? []
  const own = Object.entries(attributes)
    .filter(([key, value]) => key !== 'xmlns' && typeof value === 'string')
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('')
  const unknown = Object.keys(others).map((key) => `<${key} xmlns="urn:of-next-year">x<y/></${key}>`)
  const inside = [escaped(text), ...children.filter(isElement).map(printed), ...unknown].join('')
  return `<e:${local} xmlns:e="${namespace}"${own}>${inside}</e:${local}>`
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && 'children' in value && 'name' in value
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

function everyElement(body: unknown): Element[] {
  return isElement(body) ? [body, ...body.children.flatMap(everyElement)] : []
}

/** The text of a resource, to be changed in place. `id`: its UID. */
function rowOf(data: Element): Record<string, unknown> {
  const id = /^UID:(.*)$/m.exec(data.text)?.[1]?.trim()
  return Object.defineProperty({ id } as Record<string, unknown>, 'ics', {
    get: () => data.text,
    set: (text: string) => {
      data.text = text
    },
  })
}

/** A line of the task in place of the one of this name, or in front of its end. */
function withLine(row: Record<string, unknown>, name: string, line: string): void {
  const rest = String(row.ics)
    .split(/\r?\n/)
    .filter((one) => !one.startsWith(name))
  const end = rest.indexOf('END:VTODO')
  row.ics = [...rest.slice(0, end), ...(line === '' ? [] : [line]), ...rest.slice(end)].join('\n')
}

const responses = (body: unknown) => everyElement(body).filter(({ name }) => name === nameOf(DAV, 'response'))
const hasEtag = (response: Element) =>
  everyElement(response).some(({ name }) => name === nameOf(DAV, 'getetag'))

export const CALDAV_WIRE: Wire = {
  writesWhole: true,
  rows: (body) =>
    everyElement(body)
      .filter(({ name }) => name === nameOf(CALDAV, 'calendar-data'))
      .map(rowOf),
  oddities: {
    'a day that does not exist': (row) => withLine(row, 'DUE', 'DUE;VALUE=DATE:20270230'),
    'words for a date': (row) => withLine(row, 'DUE', 'DUE:soon'),
    'a zone that is none': (row) => withLine(row, 'DUE', 'DUE;TZID=Moon/Tranquility:20270104T150000'),
    'a priority of next year': (row) => withLine(row, 'PRIORITY', 'PRIORITY:12'),
    'a status of next year': (row) => withLine(row, 'STATUS', 'STATUS:PONDERING'),
    'no text': (row) => {
      withLine(row, 'SUMMARY', '')
      withLine(row, 'DESCRIPTION', '')
    },
    'no times': (row) => {
      for (const name of ['DTSTAMP', 'CREATED', 'LAST-MODIFIED']) withLine(row, name, '')
    },
    'no calendar at all': (row) => {
      row.ics = 'BEGIN:VTODO'
    },
  },
  shortListings: {
    'a row without its href': (body) =>
      without(
        body,
        (element) => element.name === nameOf(DAV, 'href') && hasEtag(parentOf(body, element) ?? element),
      ),
    'a list of changes without its token': (body) => {
      const changes = everyElement(body).some(
        (one) => textOf(childOf(one as XmlElement, DAV, 'sync-token')) !== undefined,
      )
      return changes &&
        responses(body).every((one) => !one.children.some(({ name }) => name.endsWith('resourcetype')))
        ? without(body, ({ name }) => name === nameOf(DAV, 'sync-token'))
        : undefined
    },
    'a row of which nothing can be had': (body) =>
      without(body, ({ name }) => name === nameOf(CALDAV, 'calendar-data')),
  },
}

function parentOf(body: unknown, element: Element): Element | undefined {
  return everyElement(body).find(({ children }) => children.includes(element))
}

/** The body without the first element of these; undefined where there is none. */
function without(body: unknown, isIt: (element: Element) => boolean): unknown {
  const found = everyElement(body).find(isIt)
  const parent = found === undefined ? undefined : parentOf(body, found)
  if (found === undefined || parent === undefined) return undefined
  parent.children = parent.children.filter((child) => child !== found)
  return body
}
