import type { LocalRefusal } from '../../core/local-refusal.ts'
import type { LocalList, LocalTask } from '../../core/local-task.ts'
import type { Db } from '../../store/database.ts'
import { type Problem, ProblemError } from '../problem.ts'
import type { Operation } from './operation.ts'
import { shownList, shownTask } from './shown.ts'

/** A refusal of the store as an answer. Of a task, a list that is missing is a value that was given. */
export async function refused(db: Db, { tag }: Operation, why: LocalRefusal): Promise<ProblemError> {
  const { code, message: detail } = why
  switch (code) {
    case 'stale':
      return stale(await currentOf(db, why.current as LocalTask | LocalList))
    case 'no-list':
      return tag === 'Lists' ? notFound(detail) : badValue('list', detail)
    case 'archived-list':
      return badValue('list', detail)
    case 'no-task':
      return notFound(detail)
    case 'no-parent':
    case 'below-itself':
    case 'other-list':
      return badValue('parent', detail)
    case 'deleted':
      return conflict({ name: 'deleted', title: 'It is deleted', status: 409, detail })
    case 'default-list':
      return conflict({ name: 'default-list', title: 'The default list stays', status: 409, detail })
    case 'list-in-use':
      return conflict({ name: 'list-in-use', title: 'The list has tasks', status: 409, detail })
  }
}

export function notFound(detail: string): ProblemError {
  return new ProblemError({ name: 'not-found', title: 'It does not exist', status: 404, detail })
}

function conflict(problem: Problem): ProblemError {
  return new ProblemError(problem)
}

function badValue(field: string, message: string): ProblemError {
  return new ProblemError({
    name: 'bad-values',
    title: 'Some values are not taken',
    status: 422,
    errors: [{ field, message }],
  })
}

function stale(current: { readonly version: number }): ProblemError {
  return new ProblemError(
    {
      name: 'stale',
      title: 'It was changed meanwhile',
      status: 412,
      detail: 'Look at what is there now, and send the change again with its ETag.',
      current,
    },
    { ETag: `"${current.version}"` },
  )
}

async function currentOf(db: Db, current: LocalTask | LocalList) {
  return 'title' in current ? shownTask(db, current) : shownList(current)
}
