import type { z } from 'zod'
import type { Managing } from '../../activities/manage/managing.ts'
import type { Db } from '../../store/database.ts'
import type { Expected } from '../../store/local/expected.ts'
import type { LocalWriting } from '../../store/local/writing.ts'
import type { Administration } from '../administration.ts'

/**
 * What an operation answers. `subject`: what it tells of, with its version where it has one; null for several, or none.
 */
export type Reply = {
  readonly status: 200 | 201 | 202 | 204
  readonly body: unknown
  readonly subject: { readonly id: string; readonly version: number | null } | null
}

/** `id`: of the path; empty where it names none. */
export type Read<Q> = { readonly db: Db; readonly id: string; readonly query: Q }
export type Write<Q, B> = {
  readonly writing: LocalWriting
  readonly id: string
  readonly query: Q
  readonly body: B
  /** What the request says about the version that it changes. */
  readonly expected: Expected
}

export type Manage<Q, B> = {
  readonly administration: Administration & Pick<Managing, 'signal'>
  readonly id: string
  readonly query: Q
  readonly body: B
}

/** An answer as it is described: what it is, and its body (null: none). */
export type Described = { readonly description: string; readonly schema: z.ZodType | null }

/**
 * One thing that the API does, in one place: it is served, checked and described by this. `path` is below `/api/v1` and
 * takes an `{id}`. `query` and `body` null: none is read.
 */
export type Operation = {
  readonly id: string
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  readonly path: `/${string}`
  readonly tag:
    | 'Tasks'
    | 'Lists'
    | 'Connections'
    | 'Routes'
    | 'Mappings'
    | 'Deals'
    | 'Pairs'
    | 'Conflicts'
    | 'Ops'
    | 'Sync'
    | 'Alerts'
  readonly summary: string
  readonly query: z.ZodObject | null
  readonly body: z.ZodType | null
  readonly answers: Readonly<Partial<Record<Reply['status'], Described>>>
} & (
  | { readonly kind: 'read'; run(given: Read<never>): Promise<Reply> }
  | { readonly kind: 'write'; run(given: Write<never, never>): Promise<Reply> }
  | { readonly kind: 'manage'; run(given: Manage<never, never>): Promise<Reply> }
)

type Common = Omit<Operation, 'kind' | 'run' | 'query' | 'body'>

/** A question: nothing is locked, nothing is changed. */
export function reading<Q extends z.ZodObject | null>(
  given: Common & {
    readonly query: Q
    run(given: Read<Q extends z.ZodObject ? z.output<Q> : null>): Promise<Reply>
  },
): Operation {
  return { ...given, body: null, kind: 'read' }
}

/** What asks services or workflows, or changes what is kept in step with what; its parts see to their transactions. */
export function managing<Q extends z.ZodObject | null, B extends z.ZodType | null>(
  given: Common & {
    readonly query: Q
    readonly body: B
    run(
      given: Manage<Q extends z.ZodObject ? z.output<Q> : null, B extends z.ZodType ? z.output<B> : null>,
    ): Promise<Reply>
  },
): Operation {
  return { ...given, kind: 'manage' }
}

/** A change, in one transaction with the word of it that is left for syncs. */
export function changing<Q extends z.ZodObject | null, B extends z.ZodType | null>(
  given: Common & {
    readonly query: Q
    readonly body: B
    run(
      given: Write<Q extends z.ZodObject ? z.output<Q> : null, B extends z.ZodType ? z.output<B> : null>,
    ): Promise<Reply>
  },
): Operation {
  return { ...given, kind: 'write' }
}
