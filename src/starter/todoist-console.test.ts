import { expect, it } from 'vitest'
import { webhooks } from '../providers/todoist/webhook.ts'
import { consoleLines, todoistConsoleFields } from './todoist-console.ts'

it('the console is told the addresses at which we answer, and every event that becomes a nudge', () => {
  const { fields, events, problems } = todoistConsoleFields({ publicUrl: 'https://sync.example.com/office/' })
  expect(fields).toEqual([
    { field: 'OAuth redirect URL', value: 'https://sync.example.com/office/sign-in/todoist' },
    { field: 'Webhook callback URL', value: 'https://sync.example.com/office/webhook/todoist' },
  ])
  expect(problems).toEqual([])
  for (const kind of ['item:', 'section:', 'project:', 'note:'])
    expect(events.some((event) => event.startsWith(kind))).toBe(true)
  for (const event of events)
    expect(webhooks.toNudge({ event_name: event, user_id: '1', event_data: { id: 'x' } }, {})).not.toBeNull()
})

it.each([
  [undefined, 'PUBLIC_URL is not set'],
  ['http://sync.example.com', 'https:// alone'],
  ['https://sync.example.com:8443', 'no address with a port'],
])('says why Todoist does not deliver to %s', (publicUrl, problem) => {
  const given = todoistConsoleFields({ publicUrl })
  expect(given.problems.join(' ')).toContain(problem)
  expect(consoleLines(given)[0]).toBe(given.problems[0])
})

it('without an address from outside a sign-in comes back to this machine, and nothing is delivered', () => {
  expect(todoistConsoleFields({ publicUrl: undefined, callbackPort: 9000 }).fields).toEqual([
    { field: 'OAuth redirect URL', value: 'http://127.0.0.1:9000/sign-in/todoist' },
  ])
})
