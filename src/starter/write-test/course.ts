import { plusMs } from '../../core/db-time.ts'
import type { FieldValues } from '../../core/task.ts'
import type { PullRequest, WriteResult } from '../../providers/contract.ts'
import { keptFields } from './kept.ts'
import type { Probes } from './probe.ts'
import { makeScratchList } from './scratch-list.ts'
import type { Trial } from './trial.ts'
import { trialFields } from './trial-ops.ts'

/** A walk since the last cursor that is longer says nothing new. */
const MOST_PAGES = 10

/** What is tried, in its order: a list, a task in it, made, looked at, made again, found, edited, completed, opened, deleted. */
export async function runCourse(trial: Trial, probes: Probes, staleReadMs: number): Promise<void> {
  await makePlace(trial, probes)
  const { provider } = trial.open
  const fields = trialFields(trial.id, provider.capabilities, false)
  const made = await create(trial, probes, fields)
  await shown(trial, probes, { fact: 'new task shown', fields, staleReadMs })
  if (trial.seen !== null)
    for (const { field, state, words } of keptFields(provider, fields, trial.seen, trial.zone))
      probes.add(`keeps ${field}`, state, words)
  await repeatCreate(trial, probes, made)
  await tellsOfIt(trial, probes)
  await edit(trial, probes, {
    fact: 'edit',
    fields: trialFields(trial.id, provider.capabilities, true),
    staleReadMs,
  })
  if (provider.capabilities.fields.completed === 'rw') {
    await edit(trial, probes, { fact: 'complete', fields: { completed: true }, staleReadMs })
    await edit(trial, probes, { fact: 'reopen', fields: { completed: false }, staleReadMs })
  }
  await remove(trial, probes, staleReadMs)
}

async function makePlace(trial: Trial, probes: Probes): Promise<void> {
  if (trial.open.provider.containers === null) return
  const begun = performance.now()
  trial.container = await makeScratchList(trial.open)
  if (trial.container === null)
    probes.add('new list', 'differs', 'the account takes no more lists; the task lies where new ones do')
  else probes.add('new list', 'ok', `“${trial.container.name}” was made`, performance.now() - begun)
}

async function create(trial: Trial, probes: Probes, fields: FieldValues): Promise<WriteResult> {
  const begun = performance.now()
  const made = await trial.write(trial.op('create', fields))
  trial.remoteId = made.remoteId
  probes.add('create', 'ok', `task ${made.remoteId} was made`, performance.now() - begun)
  return made
}

type Wanted = { readonly fact: string; readonly fields: FieldValues; readonly staleReadMs: number }

/** Until a look at the task shows these values: how long a service may show a state from before our own write. */
async function shown(trial: Trial, probes: Probes, { fact, fields, staleReadMs }: Wanted): Promise<void> {
  if (trial.remoteId === null) return
  const { provider } = trial.open
  const { ms } = await trial.lookUntil(
    trial.remoteId,
    (one) =>
      one.kind === 'present' &&
      keptFields(provider, fields, one.seen, trial.zone).every(({ state }) => state === 'ok'),
  )
  if (ms === null)
    probes.add(fact, 'differs', 'a look at it did not show all that was written, however long one waited')
  else if (ms > staleReadMs)
    probes.add(fact, 'differs', `later than STALE_READ_SECONDS (${staleReadMs / 1_000}): set that higher`, ms)
  else probes.add(fact, 'ok', 'as it was written', ms)
}

/** What keeps one task from being made twice: the same keys again, or a search by what is known of it. */
async function repeatCreate(trial: Trial, probes: Probes, made: WriteResult): Promise<void> {
  const { sent, remoteId } = trial
  const { provider, direct } = trial.open
  if (sent === null || remoteId === null) return
  if (provider.capabilities.createIdentity !== 'search') {
    const again = await trial.write(sent)
    const one = again.remoteId === remoteId
    probes.add(
      'same create again',
      one ? 'ok' : 'differs',
      one ? 'it stayed one task' : `a second task was made (${again.remoteId})`,
    )
    return
  }
  const found = await provider.findCreated(direct, {
    op: sent,
    attemptedAt: made.askedAt,
    deadline: plusMs(made.askedAt, 1_000),
    settledAt: plusMs(made.askedAt, 2_000),
    emptyAt: null,
    known: new Set(),
  })
  const right = found.kind === 'arrived' && found.remoteId === remoteId
  probes.add(
    'lost create',
    right ? 'ok' : 'differs',
    right ? 'a search finds the task whose answer was lost' : `a search for the task says “${found.kind}”`,
  )
}

/** Whether a look for changes tells of the new task; where nobody has looked yet there is nothing to compare with. */
async function tellsOfIt(trial: Trial, probes: Probes): Promise<void> {
  const { provider, connection } = trial.open
  if (connection.cursor === null || trial.remoteId === null) return
  const begun = performance.now()
  let request: PullRequest = { mode: 'incremental', cursor: connection.cursor, position: null }
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await provider.pull(connection, request)
    if (page.observations.some((one) => one.remoteId === trial.remoteId))
      return probes.add(
        'told of',
        'ok',
        'a look for changes tells of the new task',
        performance.now() - begun,
      )
    if (page.position === null) break
    request = { ...request, position: page.position }
  }
  probes.add(
    'told of',
    'differs',
    'a look for changes did not tell of the new task yet; a complete look would',
  )
}

async function edit(trial: Trial, probes: Probes, wanted: Wanted): Promise<void> {
  const before = trial.seen?.version ?? null
  const begun = performance.now()
  await trial.write(trial.op('update', wanted.fields))
  probes.add(wanted.fact, 'ok', 'was written', performance.now() - begun)
  await shown(trial, probes, { ...wanted, fact: `${wanted.fact} shown` })
  const after = trial.seen?.version ?? null
  if (!trial.open.provider.capabilities.versionTells || before === null || after === null) return
  // Versions may be whole seconds: the same one says nothing.
  if (after < before) probes.add(`${wanted.fact} version`, 'differs', 'the version of the task went back')
}

async function remove(trial: Trial, probes: Probes, staleReadMs: number): Promise<void> {
  const { remoteId } = trial
  if (remoteId === null) return
  const begun = performance.now()
  await trial.write(trial.op('delete', {}))
  probes.add('delete', 'ok', 'was written', performance.now() - begun)
  const { ms } = await trial.lookUntil(remoteId, ({ kind }) => kind === 'gone')
  if (ms === null) return probes.add('delete shown', 'differs', 'a look at it still shows the task')
  trial.left.delete(remoteId)
  probes.add('delete shown', ms > staleReadMs ? 'differs' : 'ok', 'a look at it says that it is gone', ms)
}
