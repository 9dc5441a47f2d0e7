import { pathOf } from './hrefs.ts'
import { childOf, childrenOf, DAV, nameOf, parseXml, textOf, type XmlElement } from './xml.ts'

/**
 * What an answer says of one resource. `path`: see `pathOf`. `status`: of the resource as a whole, null where there are
 * properties. `props`: those that it has, by `{namespace}local`; `refused`: the status of a property that is not to be had.
 */
export type DavResponse = {
  readonly path: string
  readonly status: number | null
  readonly props: ReadonlyMap<string, XmlElement>
  readonly refused: readonly number[]
  /** True where a precondition is named for it, `{namespace}local`. */
  readonly error: string | null
}

export type Multistatus = { readonly responses: readonly DavResponse[]; readonly token: string | null }

/** Null for anything but a whole multistatus in which every row can be read. */
export function parseMultistatus(body: string): Multistatus | null {
  const root = parseXml(body)
  if (root?.name !== nameOf(DAV, 'multistatus')) return null
  const responses: DavResponse[] = []
  for (const row of childrenOf(root, DAV, 'response')) {
    const response = responseOf(row)
    if (response === null) return null
    responses.push(...response)
  }
  return { responses, token: textOf(childOf(root, DAV, 'sync-token')) ?? null }
}

/** The name of the precondition in the body of an error; null where it names none. */
export function preconditionOf(body: string): string | null {
  const root = parseXml(body)
  return root?.name === nameOf(DAV, 'error') ? (root.children[0]?.name ?? null) : null
}

/** One status may be said of several resources at once (RFC 4918, 14.24). */
function responseOf(row: XmlElement): DavResponse[] | null {
  const paths = childrenOf(row, DAV, 'href').map((href) => pathOf(href.text.trim()))
  const known = paths.filter((path) => path !== null)
  if (known.length === 0 || known.length < paths.length) return null
  const props = new Map<string, XmlElement>()
  const refused: number[] = []
  for (const propstat of childrenOf(row, DAV, 'propstat')) {
    const status = statusOf(childOf(propstat, DAV, 'status'))
    if (status === null) return null
    const given = childOf(propstat, DAV, 'prop')?.children ?? []
    if (status >= 200 && status < 300) for (const prop of given) props.set(prop.name, prop)
    else refused.push(...given.map(() => status))
  }
  const whole = childOf(row, DAV, 'status')
  const status = whole === undefined ? null : statusOf(whole)
  if (whole !== undefined && status === null) return null
  const error = childOf(row, DAV, 'error')?.children[0]?.name ?? null
  return known.map((path) => ({ path, status, props, refused, error }))
}

/** The number in `HTTP/1.1 200 OK`. */
function statusOf(element: XmlElement | undefined): number | null {
  const code = textOf(element)?.split(/\s+/)[1]
  return code !== undefined && /^\d{3}$/.test(code) ? Number(code) : null
}
