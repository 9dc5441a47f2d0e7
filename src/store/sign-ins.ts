import { createHash } from 'node:crypto'
import type { SecretKey } from '../config/secret-keys.ts'
import type { Db } from './database.ts'
import { seal, unseal } from './seal.ts'

/** Somebody waits for the answer of a sign-in for `ms`. Old ones are forgotten. */
export async function beginSignIn(db: Db, state: string, ms: number): Promise<void> {
  await db`delete from sign_in where expires_at <= clock()`
  await db`
    insert into sign_in (state, expires_at) values (${digest(state)}, clock() + ${ms}::float8 * interval '1 ms')`
}

/** Keeps the answer, sealed, for whoever waits; false where nobody does, or one has come already. */
export async function answerSignIn(
  db: Db,
  state: string,
  answer: string,
  secretKey: SecretKey,
): Promise<boolean> {
  const rows = await db`
    update sign_in set answer = ${seal(answer, secretKey)}
    where state = ${digest(state)} and expires_at > clock() and answer is null returning state`
  return rows.length > 0
}

/** The answer, once; undefined while there is none. */
export async function takeSignIn(db: Db, state: string, secretKey: SecretKey): Promise<string | undefined> {
  const [row] = await db<{ answer: string }[]>`
    delete from sign_in where state = ${digest(state)} and answer is not null returning answer`
  return row === undefined ? undefined : unseal(row.answer, secretKey)
}

export async function endSignIn(db: Db, state: string): Promise<void> {
  await db`delete from sign_in where state = ${digest(state)}`
}

/** Whoever reads the record cannot answer in another's place. */
function digest(state: string): string {
  return createHash('sha256').update(state).digest('base64url')
}
