import { describe, expect, test } from 'vitest'
import { plusMs } from '../../../src/core/db-time.ts'
import type { LostCreate, WriteOp } from '../../../src/providers/contract.ts'
import { ProviderError } from '../../../src/providers/provider-error.ts'
import { attempt, present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE } from '../tasks.ts'
import { BREAKS, nameOf, type Trouble, troublesAt } from '../weather.ts'
import type { Service } from '../world.ts'

const DEADLINE_MS = 30_000
const SETTLE_MS = 60_000
/** From attempt to attempt, and how many: longer than a key is trusted to be remembered. */
const ROUND_MS = 5 * 60_000
const ROUNDS = 6
/** Longer than any service is trusted to remember a key. */
const LONG_MS = 24 * 3_600_000

const DONE: readonly Trouble[] = [
  'reply-lost',
  'truncated',
  'cut-short',
  'garbage',
  { status: 500, afterwards: true },
]
const NOT_DONE: readonly Trouble[] = ['refused', 'portal', { status: 500 }, { status: 503 }, { status: 429 }]

/** Every task is made once, whatever becomes of the answer (I4). */
export function createLaws(service: Service): void {
  const { createIdentity, marker } = service.declares.capabilities

  describe('creates', () => {
    describe.each([
      ['soon', 0],
      ['much later', LONG_MS],
    ])('whose answer is lost, asked about %s', (_when, laterMs) => {
      test.each(
        troublesAt(service, [...DONE, ...NOT_DONE]).map((trouble) => [nameOf(trouble), trouble] as const),
      )('%s: end as one task', async (_name, trouble) => {
        await staged(service, async (stage) => {
          const op = stage.createOp(ONE)
          const id = await madeInTheEnd(stage, op, trouble, laterMs)
          expect(await stage.user.tasks()).toEqual([{ id, title: ONE.title }])
        })()
      })
    })

    test.runIf(createIdentity === 'client-chosen-id')(
      'make tasks by the ids that their first steps carry as keys',
      staged(service, async (stage) => {
        const op = stage.createOp(ONE)
        expect((await stage.write(op)).remoteId).toBe(op.steps[0]?.key)
      }),
    )

    test.runIf(createIdentity === 'search' || marker)(
      'that are done twice under different keys are never guessed',
      staged(service, async (stage) => {
        const op = stage.createOp(ONE)
        const about = lostCreate(stage, op)
        const ids = [await stage.write(op), await stage.write({ ...op, steps: rekeyed(op) })]
        await stage.advance(createIdentity === 'search' ? 0 : LONG_MS)
        const found = await stage.provider.findCreated(stage.connect(), about)
        // A service that knows our keys for ever never has to look.
        if (found.kind === 'not-arrived' && createIdentity !== 'search') return
        // Where the key is the task's own id there is nothing to guess: it is the one that was asked about.
        if (createIdentity === 'client-chosen-id') {
          expect(found).toMatchObject({ kind: 'arrived', remoteId: ids[0]?.remoteId })
          return
        }
        expect(found.kind).toBe('ambiguous')
        if (found.kind === 'ambiguous')
          expect([...found.candidates].sort()).toEqual(ids.map(({ remoteId }) => remoteId).sort())
      }),
    )

    test(
      'are not taken for tasks that belong to others, nor for a user’s of long ago',
      staged(service, async (stage) => {
        const old = await stage.user.add(ONE)
        await stage.advance(LONG_MS)
        const op = stage.createOp(ONE)
        const about = lostCreate(stage, op)
        const other = present((await stage.write(stage.createOp(ONE))).remoteId, 'an id')
        const found = await stage.provider.findCreated(stage.connect(), { ...about, known: new Set([other]) })
        expect(['not-arrived', 'too-early'], `and not ${old}`).toContain(found.kind)
      }),
    )

    test.runIf(createIdentity === 'search' || marker)(
      'whose search fails are never said not to have arrived, nor to be another task',
      staged(service, async (stage) => {
        const op = stage.createOp(ONE)
        const about = lostCreate(stage, op)
        const { remoteId } = await stage.write(op)
        await stage.advance(createIdentity === 'search' ? DEADLINE_MS + SETTLE_MS + 1_000 : LONG_MS)
        const settled = { ...about, emptyAt: stage.time.stamp() }
        for (const trouble of troublesAt(service, BREAKS)) {
          const { requests } = stage.world.weather
          stage.world.weather.on(trouble, { times: 100 })
          const found = await attempt(stage.provider.findCreated(stage.connect(), settled))
          stage.world.weather.clear()
          // A service that knows our keys for ever is not asked at all.
          if (stage.world.weather.requests === requests) continue
          if (!(found instanceof ProviderError)) expect(found.kind, nameOf(trouble)).toBe('too-early')
        }
        const found = await stage.provider.findCreated(stage.connect(), settled)
        if (found.kind !== 'not-arrived' || createIdentity === 'search')
          expect(found).toMatchObject({ kind: 'arrived', remoteId })
      }),
    )

    test.runIf(createIdentity === 'search')(
      'that were not found may still come: only a second search, after the settle time, says otherwise',
      staged(service, async (stage) => {
        const about = lostCreate(stage, stage.createOp(ONE))
        const ask = async (emptyAt: string | null) =>
          (await stage.provider.findCreated(stage.connect(), { ...about, emptyAt })).kind
        expect(await ask(null)).toBe('too-early')
        expect(await ask(stage.time.stamp())).toBe('too-early')
        await stage.advance(DEADLINE_MS + SETTLE_MS + 1_000)
        expect(await ask(null), 'the first search').toBe('too-early')
        expect(await ask(about.deadline), 'the second search').toBe('not-arrived')
      }),
    )

    test.runIf(createIdentity !== 'search')(
      'sent again at once with the same keys make nothing new',
      staged(service, async (stage) => {
        const op = stage.createOp(ONE)
        const first = await stage.write(op)
        const again = await stage.write(op)
        expect(again.steps[0]?.outcome).not.toBe('refused')
        if (again.remoteId !== null) expect(again.remoteId).toBe(first.remoteId)
        expect(await stage.user.tasks()).toHaveLength(1)
      }),
    )

    test.runIf(marker)(
      'carry their marker, which reads and pulls show, and an edit does not lose it',
      staged(service, async (stage) => {
        const op = stage.createOp(ONE)
        const id = present((await stage.write(op)).remoteId, 'an id')
        await stage.write(stage.updateOp(id, await stage.look(id), { title: 'New', notes: 'New notes' }))
        const pulled = (await stage.walkAll()).seen.get(id)
        expect((await stage.look(id)).marker).toBe(op.marker)
        expect(pulled).toMatchObject({ seen: { marker: op.marker, task: { notes: 'New notes' } } })
      }),
    )
  })
}

/** What the program does about a create: send, and until it is confirmed ask whether it arrived before sending again. */
async function madeInTheEnd(stage: Stage, op: WriteOp, trouble: Trouble, laterMs: number): Promise<string> {
  const about = lostCreate(stage, op)
  stage.world.weather.on(trouble)
  let outcome = await sent(stage, op)
  stage.world.weather.clear()
  await stage.advance(laterMs)
  let emptyAt: string | null = null
  for (let rounds = 0; outcome !== 'confirmed' && rounds < ROUNDS; rounds += 1) {
    if (typeof outcome === 'object') return outcome.id
    if (outcome === 'unknown') {
      const found = await stage.provider.findCreated(stage.connect(), { ...about, emptyAt })
      if (found.kind === 'arrived') return found.remoteId
      expect(found.kind, 'there is but one that it could be').not.toBe('ambiguous')
      if (found.kind === 'too-early') {
        emptyAt = found.askedAt
        await stage.advance(DEADLINE_MS + SETTLE_MS + 1_000)
        continue
      }
    }
    await stage.advance(ROUND_MS)
    outcome = await sent(stage, op)
  }
  if (typeof outcome === 'object') return outcome.id
  throw new Error('The create has come to no end')
}

type Sent = { readonly id: string } | 'unknown' | 'not-done' | 'confirmed'

/** A call that throws has done nothing; `unknown` may have. */
async function sent(stage: Stage, op: WriteOp): Promise<Sent> {
  const result = await attempt(stage.send(op))
  if (result instanceof ProviderError) {
    expect(['rate-limited', 'auth', 'transient']).toContain(result.kind)
    return 'not-done'
  }
  const outcomes = result.steps.map((step) => step.outcome)
  if (outcomes.every((one) => one === 'confirmed')) return { id: present(result.remoteId, 'an id') }
  expect(outcomes, 'it is not known that the service refused it').not.toContain('refused')
  return outcomes.includes('unknown') ? 'unknown' : 'not-done'
}

function lostCreate(stage: Stage, op: WriteOp): LostCreate {
  const attemptedAt = stage.time.stamp()
  const deadline = plusMs(attemptedAt, DEADLINE_MS)
  return {
    op,
    attemptedAt,
    deadline,
    settledAt: plusMs(deadline, SETTLE_MS),
    emptyAt: null,
    known: new Set(),
  }
}

function rekeyed(op: WriteOp): WriteOp['steps'] {
  return op.steps.map((step) => ({ ...step, key: crypto.randomUUID() }))
}
