import { SaxesParser } from 'saxes'

export const DAV = 'DAV:'
export const CALDAV = 'urn:ietf:params:xml:ns:caldav'
export const CALENDAR_SERVER = 'http://calendarserver.org/ns/'

/** An element of a document. `name` is `{namespace}local`; `text` is its own text, without that of its children. */
export type XmlElement = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

type Building = XmlElement & { children: XmlElement[]; text: string }

/** Characters that XML 1.0 has no place for; servers send them all the same when a task holds them. */
const FORBIDDEN = /(?![\t\n\r\u007f-\u009f])[\p{Cc}\ufffe\uffff]/gu

/**
 * The root of a document; null for what is no well-formed one, or is cut short. Namespaces are resolved; entities of a
 * document's own are not, so that none can be made to grow.
 */
export function parseXml(source: string): XmlElement | null {
  const parser = new SaxesParser({ xmlns: true })
  const open: Building[] = []
  let root: XmlElement | null = null
  const addText = (text: string) => {
    const innermost = open.at(-1)
    if (innermost !== undefined) innermost.text += text
  }
  parser.on('opentag', ({ uri, local, attributes }) => {
    const element: Building = {
      name: nameOf(uri, local),
      attributes: Object.fromEntries(Object.values(attributes).map((one) => [one.local, one.value])),
      children: [],
      text: '',
    }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    const closed = open.pop()
    if (open.length === 0) root = closed ?? null
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  try {
    parser.write(source.replace(FORBIDDEN, '\ufffd')).close()
    return root
  } catch {
    return null
  }
}

export function nameOf(namespace: string, local: string): string {
  return `{${namespace}}${local}`
}

export function childrenOf(element: XmlElement, namespace: string, local: string): XmlElement[] {
  const name = nameOf(namespace, local)
  return element.children.filter((child) => child.name === name)
}

export function childOf(
  element: XmlElement | undefined,
  namespace: string,
  local: string,
): XmlElement | undefined {
  return element === undefined ? undefined : childrenOf(element, namespace, local)[0]
}

/** The text of an element without the white space around it; undefined where there is none. */
export function textOf(element: XmlElement | undefined): string | undefined {
  return element?.text.trim() || undefined
}
