import type { SimClient } from '../../simulators/kit/client.ts'
import type { Account } from '../caldav/account.ts'

type Row = Readonly<Record<string, unknown>> & { readonly id: string }

/** What says when something happened, or where in a list it stands, is no user's word. */
const PASSING = new Set([
  'updated_at',
  'child_order',
  'order_key',
  'completed_at',
  'default_order',
  'note_count',
])

/** Everything that an account of Todoist holds, by ids; of completed tasks those of these ids. */
export async function todoistState(user: SimClient, completed: readonly string[] = []): Promise<string[]> {
  const { body } = await user.call<Record<string, Row[]>>('POST', '/api/v1/sync', {
    sync_token: '*',
    resource_types: ['items', 'projects', 'sections', 'labels', 'notes'],
  })
  const kinds = ['items', 'projects', 'sections', 'labels', 'notes']
  const open = kinds.flatMap((kind) => (body[kind] ?? []).map((row) => rowOf(kind, row)))
  const done = await Promise.all(
    completed.map(async (id) => rowOf('done', (await user.call<Row>('GET', `/api/v1/tasks/${id}`)).body)),
  )
  return [...open, ...done].sort()
}

function rowOf(kind: string, row: Row): string {
  const kept = Object.entries(row).filter(([name]) => !PASSING.has(name))
  return `${kind} ${row.id} ${JSON.stringify(Object.fromEntries(kept.sort()))}`
}

/** Everything in these lists of a CalDAV account, but the times at which it was last written. */
export async function caldavState(account: Account, lists: readonly string[]): Promise<string[]> {
  const all: string[] = []
  for (const list of lists) {
    const { text } = await account.user('PROPFIND', `${list}/`, undefined, { depth: '1' })
    const names = [...text.matchAll(/<(?:\w+:)?href>[^<]*\/([^/<]+\.ics)</gu)].map(([, name]) => name ?? '')
    for (const name of [...new Set(names)].sort())
      all.push(`${list}/${name}\n${withoutStamps((await account.user('GET', `${list}/${name}`)).text)}`)
  }
  return all
}

function withoutStamps(text: string): string {
  return text
    .split('\r\n')
    .filter((line) => !/^(?:DTSTAMP|LAST-MODIFIED)/u.test(line))
    .join('\n')
}
