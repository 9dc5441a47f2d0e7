import { request } from 'undici'
import { parseMultistatus } from '../../src/providers/caldav/multistatus.ts'
import { CALDAV, DAV, nameOf, textOf } from '../../src/providers/caldav/xml.ts'
import { calendarText, readTasks, type TaskFields } from './task-text.ts'

export const PASSWORD = 'bench-password'
export const LIST = 'tasks'
/** By it the requests of the users' apps are told from those of the programs. */
export const USER_AGENT = 'bench-user'

const XML = { 'content-type': 'application/xml; charset=utf-8' } as const
const CALENDAR = { 'content-type': 'text/calendar; charset=utf-8' } as const

/** No answer is longer; undici (7.30.2) throws where it pauses one as the server closes its connection. */
const MOST_BYTES = 64 * 1024 * 1024

type Resource = { readonly path: string; readonly etag: string; readonly text: string }

/** A user of the server with one list of tasks, and the app in which this user works. */
export class CalDavAccount {
  readonly username: string
  readonly #origin: string

  constructor(serverUrl: string, username: string) {
    this.username = username
    this.#origin = serverUrl
  }

  async makeEmptyList(): Promise<void> {
    await this.#send('MKCALENDAR', this.#list, MAKE_LIST, XML)
  }

  /** A list with this many tasks, all in one request: one by one each would look through all that are there. */
  async makeFullList(size: number): Promise<void> {
    await this.#send('PUT', this.#list, calendarText(size), CALENDAR)
  }

  /** Renames tasks, one after another: titles by what they were before. */
  async rename(titles: ReadonlyMap<string, string>): Promise<void> {
    for (const { path, etag, text } of await this.#resources()) {
      const title = titles.get(readTasks(text)[0]?.title ?? '')
      if (title === undefined) continue
      const changed = text.replace(/^SUMMARY:.*$/m, `SUMMARY:${title}`)
      await this.#send('PUT', path, changed, { ...CALENDAR, 'if-match': etag })
    }
  }

  /** All tasks of the list. */
  async tasks(): Promise<TaskFields[]> {
    return (await this.#resources()).flatMap(({ text }) => readTasks(text))
  }

  get #list(): string {
    return `/${this.username}/${LIST}/`
  }

  async #resources(): Promise<Resource[]> {
    const told = parseMultistatus(await this.#send('REPORT', this.#list, ALL_TASKS, { ...XML, depth: '1' }))
    if (told === null) throw new Error(`the list of ${this.username} could not be read`)
    return told.responses.map(({ path, props }) => ({
      path,
      etag: textOf(props.get(nameOf(DAV, 'getetag'))) ?? '',
      text: props.get(nameOf(CALDAV, 'calendar-data'))?.text ?? '',
    }))
  }

  async #send(
    method: string,
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<string> {
    const authorization = `Basic ${Buffer.from(`${this.username}:${PASSWORD}`).toString('base64')}`
    const response = await request(`${this.#origin}${path}`, {
      // Methods of WebDAV are none of undici's list.
      method: method as 'GET',
      body,
      headers: { ...headers, authorization, 'user-agent': USER_AGENT },
      highWaterMark: MOST_BYTES,
    })
    const text = await response.body.text()
    if (response.statusCode >= 300)
      throw new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`)
    return text
  }
}

const TASKS_ONLY =
  '<c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set>'
const NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
const MAKE_LIST = `<c:mkcalendar ${NAMESPACES}><d:set><d:prop>${TASKS_ONLY}</d:prop></d:set></c:mkcalendar>`
const ALL_TASKS = `<c:calendar-query ${NAMESPACES}><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VTODO"/></c:comp-filter></c:filter></c:calendar-query>`
