import { UserError } from '../../config/errors.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { type Problem, ProblemError } from '../problem.ts'
import type { Operation } from './operation.ts'

/** Refusals for what is there, and not for what was asked. */
const AGAINST_WHAT_IS_THERE: ReadonlySet<string> = new Set([
  'AGENT_CLAIMED',
  'CANNOT_PAUSE',
  'CIRCLE',
  'CONNECTED_ALREADY',
  'MAPPED_ALREADY',
  'NAME_TAKEN',
  'NOT_BY_LISTS',
  'NOT_A_FIELD_CONFLICT',
  'NOT_LINKED',
  'NO_AGENTS',
  'NO_BASE',
  'NO_LISTS',
  'NO_QUESTION',
  'QUESTION_OVER',
  'ROUTE_THERE',
])

/** What an operation of this kind is about; where that is missing, the address is wrong, and not a value. */
const SUBJECTS: Readonly<Partial<Record<Operation['tag'], readonly string[]>>> = {
  Connections: ['NO_SUCH_CONNECTION'],
  Routes: ['NO_SUCH_ROUTE'],
  Mappings: ['NO_SUCH_MAPPING'],
  Deals: ['NO_SUCH_DEAL'],
  Pairs: ['NO_SUCH_PAIR'],
  Conflicts: ['NO_SUCH_CONFLICT', 'NOTHING_GONE'],
}

const TITLES = {
  404: 'It does not exist',
  409: 'It cannot be done with what is there',
  422: 'Some values are not taken',
  502: 'The service does not answer',
} as const

/** A refusal in the words that commands have for it, as an answer; undefined for what is none. */
export function asProblem(operation: Operation, error: unknown): ProblemError | undefined {
  if (error instanceof ProviderError) return ofService(error)
  if (!(error instanceof UserError)) return undefined
  const status = statusOf(operation, error)
  if (status === undefined) return undefined
  const problem: Problem = {
    name: error.code.toLowerCase().replaceAll('_', '-'),
    title: TITLES[status],
    status,
    detail: [error.message, ...error.hints].join(' '),
  }
  return new ProblemError(problem, error.exitCode === 3 ? { 'Retry-After': '5' } : {})
}

function statusOf(operation: Operation, { code, exitCode }: UserError): keyof typeof TITLES | undefined {
  if (exitCode === 4) return 502
  // Something is under way that must end first.
  if (exitCode === 3) return 409
  if (exitCode !== 2) return undefined
  if (operation.path.includes('{id}') && SUBJECTS[operation.tag]?.includes(code) === true) return 404
  return AGAINST_WHAT_IS_THERE.has(code) ? 409 : 422
}

function ofService(error: ProviderError): ProblemError {
  const detail = [error.message, error.hint].filter((words) => words !== undefined).join('. ')
  const problem: Problem =
    error.kind === 'rate-limited'
      ? { name: 'rate-limited', title: 'The request budget is used up for now', status: 503, detail }
      : error.kind === 'auth'
        ? { name: 'not-ok', title: 'The connection is paused, or its key is refused', status: 409, detail }
        : { name: 'service-unreachable', title: TITLES[502], status: 502, detail }
  if (error.kind !== 'rate-limited') return new ProblemError(problem)
  return new ProblemError(problem, {
    'Retry-After': String(Math.ceil((error.retryAfterMs ?? 1_000) / 1_000)),
  })
}
