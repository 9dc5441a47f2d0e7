import { messageOf } from '../../config/errors.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import type { Outcome } from '../commands/shared.ts'
import { CHECKS } from './checks/index.ts'
import { type Finding, findingsOf } from './finding.ts'
import type { Check, Patient } from './patient.ts'

/** A finding, and what was done about it. `mended` null: there was nothing to do, or it was not to be done; `failed`: it did not work. */
export type Examined = Omit<Finding, 'mend'> & {
  readonly mendable: boolean
  readonly mended: string | null
  readonly failed: string | null
}

const PATIENCE_MS = 60_000

/**
 * Runs all checks, one after another, since each leans on those before it. `fix`: what can be mended is, before the next one looks.
 * A check that fails is a finding, and the others go on.
 */
export async function examine(
  patient: Patient,
  { fix, checks = CHECKS }: { readonly fix: boolean; readonly checks?: typeof CHECKS },
): Promise<Examined[]> {
  const examined: Examined[] = []
  for (const { name, check } of checks) {
    patient.signal.throwIfAborted()
    for (const finding of await findingsIn(name, check, patient)) examined.push(await treat(finding, fix))
  }
  return examined
}

async function findingsIn(name: string, check: Check, patient: Patient): Promise<readonly Finding[]> {
  const late = AbortSignal.timeout(PATIENCE_MS)
  const ends = new Promise<never>((_, reject) => {
    late.addEventListener('abort', () => reject(new Error('it took too long')), { once: true })
  })
  try {
    return await Promise.race([check(patient), ends])
  } catch (error) {
    patient.signal.throwIfAborted()
    const { problem } = findingsOf(name)
    const unreachable = error instanceof ProviderError && error.kind === 'transient'
    return [
      problem(
        '',
        `could not be looked at: ${messageOf(error)}`,
        'The same command with --debug shows where it happened.',
        {
          ...(unreachable ? { exit: 4 } : {}),
        },
      ),
    ]
  }
}

async function treat({ mend, ...finding }: Finding, fix: boolean): Promise<Examined> {
  const untreated = { ...finding, mendable: mend !== undefined, mended: null, failed: null }
  if (!fix || mend === undefined) return untreated
  try {
    return { ...untreated, state: 'ok', mended: await mend() }
  } catch (error) {
    return { ...untreated, failed: messageOf(error) }
  }
}

/** 0 nothing is wrong, 2 something of the configuration is, 3 somebody has to see to something, 4 a part cannot be reached. */
export function examinationOutcome(examined: readonly Pick<Examined, 'state' | 'exit'>[]): Outcome {
  const problems = examined.filter(({ state }) => state === 'problem')
  if (problems.some(({ exit }) => exit === 4)) return 4
  if (problems.some(({ exit }) => exit === 2)) return 2
  return problems.length > 0 ? 3 : 0
}
