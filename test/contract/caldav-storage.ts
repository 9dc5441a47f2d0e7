import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ServerKind } from '../support/caldav-servers.ts'

const run = promisify(execFile)

/*
 * What cannot be had from a server by asking: many tasks in no time (each PUT looks through all that are there), and a
 * server that forgets.
 */

/** Where the list of a user lies in a server's storage. */
export function folderOf(kind: ServerKind, storage: string, username: string): string {
  switch (kind) {
    case 'radicale':
      return join(storage, 'collection-root', username, 'tasks')
    case 'xandikos':
      return join(storage, username, 'calendars', 'tasks')
  }
}

/** Puts tasks into a list's folder, as if their user had; their UIDs. */
export async function putMany(kind: ServerKind, folder: string, count: number): Promise<string[]> {
  const uids = Array.from({ length: count }, () => randomUUID())
  for (const [nth, uid] of uids.entries())
    await writeFile(join(folder, `${uid}.ics`), taskText(uid, `Task ${nth}`))
  if (kind === 'xandikos') {
    // Its lists are git repositories, and what is not committed is not there.
    const git = (...words: string[]) =>
      run('git', ['-c', 'user.name=user', '-c', 'user.email=user@example.com', ...words], { cwd: folder })
    await git('add', '--all', '.')
    await git('commit', '--quiet', '--message', 'Many')
  }
  return uids
}

export function taskText(uid: string, title: string): string {
  return `${[
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//A user//EN',
    'BEGIN:VTODO',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    `SUMMARY:${title}`,
    'END:VTODO',
    'END:VCALENDAR',
  ].join('\r\n')}\r\n`
}

/** The server forgets the state that this token names. */
export async function forgetState(kind: ServerKind, folder: string, token: string): Promise<void> {
  switch (kind) {
    case 'radicale':
      return rm(join(folder, '.Radicale.cache', 'sync-token'), { recursive: true })
    case 'xandikos':
      return rm(join(folder, '.git', 'objects', token.slice(0, 2), token.slice(2)))
  }
}
