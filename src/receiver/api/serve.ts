import type { Context } from 'hono'
import { LocalRefusal } from '../../core/local-refusal.ts'
import { type Db, inTransaction, type Tx } from '../../store/database.ts'
import { claimRequest, type StoredAnswer, saveAnswer } from '../../store/local/api-requests.ts'
import { asUser, type UserChange } from '../../store/local/as-user.ts'
import { storeFailure } from '../../store/local/failures.ts'
import type { Administration } from '../administration.ts'
import { answerProblem, ProblemError } from '../problem.ts'
import { asProblem } from './administration-refusals.ts'
import { fingerprintOf, fingerprintsOf, keyReused, onceForKey, purged } from './once.ts'
import type { Operation, Reply } from './operation.ts'
import { pathId } from './path-id.ts'
import { notFound, refused } from './refusals.ts'
import { readBody, readExpected, readKey, readQuery, readText } from './request.ts'

export type Serving = {
  readonly db: Db
  /** Tells a connection that there is word for it. */
  readonly nudge: (connectionId: string) => void
  readonly administration: Administration
}

/** Answers a request for an operation. */
export async function serve(serving: Serving, operation: Operation, c: Context): Promise<Response> {
  try {
    return answerOf(c, await answerTo(serving, operation, c))
  } catch (error) {
    const failure =
      error instanceof LocalRefusal
        ? await refused(serving.db, operation, error)
        : (asProblem(operation, error) ?? error)
    if (failure instanceof ProblemError) return answerProblem(c, failure.problem, failure.headers)
    if (storeFailure(failure, 'read') === undefined) throw failure
    return answerProblem(
      c,
      { name: 'away', title: 'The database does not answer', status: 503, detail: 'Come again later.' },
      { 'Retry-After': '5' },
    )
  }
}

function answerTo(serving: Serving, operation: Operation, c: Context): Promise<StoredAnswer> {
  switch (operation.kind) {
    case 'read':
      return ask(serving, operation, c)
    case 'write':
      return change(serving, operation, c)
    case 'manage':
      return manage(serving, operation, c)
  }
}

async function manage(
  { db, administration }: Serving,
  operation: Operation & { kind: 'manage' },
  c: Context,
) {
  const text = operation.body === null ? '' : await readText(c)
  const given = {
    // Whoever hangs up before anything is stored has nothing stored.
    administration: { ...administration, signal: c.req.raw.signal },
    id: idOf(operation, c),
    query: readQuery(c, operation.query),
    body: operation.body === null ? null : readBody(text, operation.body),
  }
  const run = async () => toAnswer(c, await operation.run(given as never))
  const key = operation.method !== 'post' ? null : readKey(c)
  if (key === null) return run()
  const fingerprints = fingerprintsOf(c, text, await administration.secretKey())
  return onceForKey(db, { key, fingerprints }, run)
}

async function ask({ db }: Serving, operation: Operation & { kind: 'read' }, c: Context) {
  const query = readQuery(c, operation.query)
  return toAnswer(c, await operation.run({ db, id: idOf(operation, c), query } as never))
}

async function change(serving: Serving, operation: Operation & { kind: 'write' }, c: Context) {
  const text = operation.body === null ? '' : await readText(c)
  const given = {
    id: idOf(operation, c),
    query: readQuery(c, operation.query),
    body: operation.body === null ? null : readBody(text, operation.body),
    expected: readExpected(c),
  }
  const run = async (tx: Tx): Promise<UserChange<StoredAnswer> & Pick<Reply, 'subject'>> => {
    const { result, connections } = await asUser(tx, (writing) =>
      operation.run({ ...given, writing } as never),
    )
    return { result: toAnswer(c, result), connections, subject: result.subject }
  }
  const key = operation.method === 'post' ? readKey(c) : null
  const done = await inTransaction(serving.db, (tx) =>
    key === null ? run(tx) : once(tx, key, fingerprintOf(c, text), run),
  )
  for (const connection of done.connections) serving.nudge(connection)
  return done.result
}

type Run = (tx: Tx) => Promise<UserChange<StoredAnswer> & Pick<Reply, 'subject'>>

/** A request that came before is answered as it was then, and nothing is done. What failed then is tried again. */
async function once(tx: Tx, key: string, fingerprint: string, run: Run): Promise<UserChange<StoredAnswer>> {
  const claimed = await claimRequest(tx, key, fingerprint)
  switch (claimed.kind) {
    case 'new': {
      const done = await run(tx)
      if (done.subject !== null) await saveAnswer(tx, key, done.subject.id, done.result)
      return done
    }
    case 'answered':
      return { result: claimed.answer, connections: [] }
    case 'other':
      throw keyReused()
    case 'purged':
      throw purged()
  }
}

function toAnswer(c: Context, { status, body, subject }: Reply): StoredAnswer {
  const below = new URL(c.req.url).pathname
  return {
    status,
    body,
    headers: {
      ...(subject === null || subject.version === null || status === 204
        ? {}
        : { ETag: `"${subject.version}"` }),
      ...(subject === null || status !== 201
        ? {}
        : { Location: `${below.replace(/\/+$/u, '')}/${subject.id}` }),
    },
  }
}

function answerOf(c: Context, { status, headers, body }: StoredAnswer): Response {
  if (status === 204) return c.body(null, 204)
  return c.json(body as object, status as 200 | 201 | 202, headers)
}

/** Throws ProblemError 404 for what cannot be an id. */
function idOf(operation: Operation, c: Context): string {
  if (!operation.path.includes('{id}')) return ''
  const parsed = pathId(operation).safeParse(c.req.param('id'))
  if (parsed.success) return parsed.data
  throw notFound('This is no id that was given out here.')
}
