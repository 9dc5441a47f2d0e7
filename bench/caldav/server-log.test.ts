import { expect, test } from 'vitest'
import { servedIn } from './server-log.ts'

const came = (thread: string, method: string, path: string, agent: string) =>
  `[2026-11-26 08:20:00 +0000] [17970/${thread}] [INFO] ${method} request for '${path}' received from 127.0.0.1 using '${agent}' HTTP/1.1`
const answered = (thread: string, method: string, path: string, seconds: string) =>
  `[2026-11-26 08:20:00 +0000] [17970/${thread}] [INFO] ${method} response status for '${path}' in ${seconds} seconds: 201 Created`

test('requests of programs count, with the time that the server took; those of users do not', () => {
  const lines = [
    came('Thread-1', 'REPORT', '/a/tasks/', 'Dealbridge'),
    came('Thread-2', 'PUT', '/a/tasks/x.ics', 'vdirsyncer/0.21.0'),
    '[2026-11-26 08:20:00 +0000] [17970/Thread-2] [INFO] Successful login',
    came('Thread-3', 'PUT', '/a/tasks/y.ics', 'bench-user'),
    answered('Thread-2', 'PUT', '/a/tasks/x.ics', '0.010'),
    answered('Thread-1', 'REPORT', '/a/tasks/', '0.200'),
    answered('Thread-3', 'PUT', '/a/tasks/y.ics', '5.000'),
  ]
  expect(servedIn(lines.join('\n'))).toEqual({ read: 1, write: 1, seconds: 0.21 })
})

test('a request with a depth is one, too', () => {
  const line = came('Thread-1', 'PROPFIND', '/a/', 'Dealbridge').replace(
    ' received',
    " with depth '1' received",
  )
  expect(servedIn(line)).toEqual({ read: 1, write: 0, seconds: 0 })
})
