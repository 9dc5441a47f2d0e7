import type { Context } from 'hono'

/** A value that was not taken: where it stands (`due.day`), and what may stand there. */
export type FieldError = { readonly field: string; readonly message: string }

/**
 * An answer that says what is wrong (RFC 9457). `name` makes its type, for programs; `title` is the same for all of a name.
 * `current`: what is there now, where something else was expected.
 */
export type Problem = {
  readonly name: string
  readonly title: string
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 415 | 422 | 429 | 500 | 502 | 503
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  readonly current?: unknown
}

/** With what the type of every problem of ours begins. */
export const PROBLEM_TYPES = 'urn:dealbridge:problem:'

export function problemBody({ name, ...problem }: Problem) {
  return { type: `${PROBLEM_TYPES}${name}`, ...problem }
}

export function answerProblem(
  c: Context,
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return c.body(JSON.stringify(problemBody(problem)), problem.status, {
    'Content-Type': 'application/problem+json',
    ...headers,
  })
}

/** Thrown where a request comes to its end with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.title)
    this.problem = problem
    this.headers = headers
  }
}
