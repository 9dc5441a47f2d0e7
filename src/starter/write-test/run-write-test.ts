import type { Deps } from '../../activities/deps.ts'
import { type OpenConnection, openConnection } from '../../activities/open-connection.ts'
import { messageOf } from '../../config/errors.ts'
import type { Provider } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import type { ConnectionRow } from '../../store/connections.ts'
import { cleanUp } from './clean-up.ts'
import { runCourse } from './course.ts'
import { type Probe, Probes, type WriteTested } from './probe.ts'
import { Trial } from './trial.ts'

const CLEAN_UP_MS = 60_000
/** Longer than any service has been seen to show an old state. */
const PATIENCE_MS = 30_000

export type WriteTestInput = {
  readonly row: ConnectionRow
  /** Remote id; where tasks belong to people. */
  readonly person: string | null
  readonly signal: AbortSignal
  readonly told: (probe: Probe) => void
}

/**
 * Makes, looks at, edits, completes and deletes one marked task that no route takes in, and says what each showed. Whatever happens on
 * the way, what was made is deleted at the end.
 */
export async function runWriteTest(deps: Deps, input: WriteTestInput): Promise<WriteTested> {
  const { row, person, signal, told } = input
  const probes = new Probes(row.name, told)
  let exit: WriteTested['exit'] = null
  let trial: Trial | null = null
  try {
    const open = await openConnection(deps, row.id, 'change', signal)
    const facts = await open.provider.check(open.direct)
    if (person !== null) await requirePerson(open, person)
    trial = new Trial(open, { person, zone: facts.zone ?? 'UTC', patienceMs: PATIENCE_MS })
    await runCourse(trial, probes, deps.timing.staleReadMs)
  } catch (error) {
    exit = exitOf(error)
    probes.add('ended', 'failed', signal.aborted ? 'called off' : messageOf(error))
  }
  if (trial !== null) {
    const reopen = () => openConnection(deps, row.id, 'change', AbortSignal.timeout(CLEAN_UP_MS))
    if (!(await cleanUp(trial, reopen, deps.db, probes))) exit ??= 3
  }
  if (probes.found.some(({ state }) => state === 'differs')) exit ??= 3
  return { probes: probes.found, exit }
}

async function requirePerson({ provider, direct }: OpenConnection, person: string): Promise<void> {
  const found = (await provider.people?.(direct, { ids: [person] })) ?? []
  if (found.length > 0) return
  throw new ProviderError({
    kind: 'invalid',
    provider: provider.kind,
    message: `there is no person ${person} in this account, or this key may not see them`,
  })
}

function exitOf(error: unknown): 2 | 3 | 4 {
  if (!(error instanceof ProviderError)) return 3
  if (error.kind === 'auth') return 2
  return error.kind === 'transient' || error.kind === 'rate-limited' ? 4 : 3
}

/** Where tasks belong to people, one has to be named. */
export function needsPerson(providers: ReadonlyMap<string, Provider>, { provider }: ConnectionRow): boolean {
  return providers.get(provider)?.capabilities.needsPerson === true
}
