import type { Sight } from './sight.ts'

export const PARTS = ['postgres', 'temporal', 'follow-up-boss', 'todoist'] as const
export type Part = (typeof PARTS)[number]

/** A part that was away, what a person was told of it, and how long after its end everything was in step again. */
export interface Outage {
  part: Part | 'disk'
  awayMs: number
  during: Sight
  after: Sight
  settledAfterMs: number
}

/** What must be told while a part is away: the answer of `/health`, the exit code of `status`, and who names the part. */
const TRUTH: Readonly<Record<Part, { health: number; exitCode: number; state: 'unreachable' }>> = {
  postgres: { health: 503, exitCode: 4, state: 'unreachable' },
  temporal: { health: 503, exitCode: 4, state: 'unreachable' },
  // The product itself works: nobody restarts it because of a service.
  'follow-up-boss': { health: 200, exitCode: 4, state: 'unreachable' },
  todoist: { health: 200, exitCode: 4, state: 'unreachable' },
}

/** What was told and was not so. */
export function outageFailures({ part, during, after }: Outage): string[] {
  if (part === 'disk') return []
  const truth = TRUTH[part]
  const wrong = [
    ...(during.health === truth.health
      ? []
      : [`/health answered ${during.health} in place of ${truth.health}`]),
    ...(during.parts[part] === truth.state ? [] : [`/health called it ${during.parts[part] ?? 'nothing'}`]),
    ...PARTS.filter((other) => other !== part && during.parts[other] === truth.state).map(
      (other) => `/health called ${other} away`,
    ),
    ...(during.exitCode === truth.exitCode
      ? []
      : [`status ended with ${during.exitCode} in place of ${truth.exitCode}`]),
  ]
  return [...wrong.map((one) => `${part} away: ${one}`), ...afterFailures(part, after)]
}

/** What was told of a full disk and was not so. */
export function fullDiskFailures({ during, after }: Outage): string[] {
  return [
    ...(during.health === 200 ? ['disk full: /health answered 200'] : []),
    ...(during.exitCode === 4 ? [] : [`disk full: status ended with ${during.exitCode} in place of 4`]),
    ...afterFailures('disk', after),
  ]
}

function afterFailures(part: string, { health, exitCode }: Sight): string[] {
  return [
    ...(health === 200 ? [] : [`after ${part} was away: /health answered ${health}`]),
    ...(exitCode === 0 ? [] : [`after ${part} was away: status ended with ${exitCode}`]),
  ]
}

export function outageLine({ part, awayMs, during, settledAfterMs }: Outage): string {
  const parts = Object.entries(during.parts).map(([name, state]) => `${name} ${state}`)
  const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`
  return `${part} away for ${seconds(awayMs)}: /health ${during.health} (${parts.join(', ')}), status ${during.exitCode}${during.said === '' ? '' : ` "${during.said}"`}; in step ${seconds(settledAfterMs)} after its end`
}
