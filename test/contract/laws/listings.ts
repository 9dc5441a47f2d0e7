import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PullRequest } from '../../../src/providers/contract.ts'
import { ProviderError } from '../../../src/providers/provider-error.ts'
import type { Walk } from '../caller.ts'
import { attempt, failureOf, presentIds } from '../expecting.ts'
import { manyOf } from '../sizes.ts'
import { Stage } from '../stage.ts'
import { BREAKS, nameOf, type Trouble, troublesAt } from '../weather.ts'
import { needed, type Service } from '../world.ts'

const TROUBLES: readonly Trouble[] = [...BREAKS, 'portal', { status: 404 }, { status: 403 }, { status: 429 }]
const SHAPES: readonly (readonly [string, unknown])[] = [
  ['an empty object', {}],
  ['an empty list', []],
  ['null', null],
  ['a text', 'ok'],
]

/** A page of a walk, counted from 1; the seventh where there are as many. */
const PAGES: readonly (readonly [string, (pages: number) => number])[] = [
  ['first', () => 1],
  ['second', (pages) => Math.min(2, pages)],
  ['seventh', (pages) => Math.min(7, pages)],
  ['last', (pages) => pages],
]

type Begun = Pick<PullRequest, 'mode' | 'cursor'>

/** Only a walk that has shown everything says so (I7, I13). */
export function listingLaws(service: Service): void {
  const { wire } = service

  describe('listings', () => {
    // Nothing is changed by listing, so all of these share one account.
    let stage: Stage
    let ids: readonly string[] = []
    let before: string | null = null
    beforeAll(async () => {
      stage = await Stage.open(service)
      before = (await stage.walkAll()).cursor
      ids = await stage.user.addMany(manyOf(service))
    })
    afterAll(() => stage?.world.close())

    describe.each<readonly [string, () => Begun]>([
      ['complete', () => ({ mode: 'complete', cursor: null })],
      ['incremental', () => ({ mode: 'incremental', cursor: before })],
      ['incremental, without a cursor', () => ({ mode: 'incremental', cursor: null })],
      ['incremental, with a cursor of another program', () => ({ mode: 'incremental', cursor: '{"a":1}' })],
    ])('%s', (mode, begin) => {
      let whole: Walk
      beforeAll(async () => {
        whole = await stage.walk(begin())
      })

      test('show every task, leave a cursor, and say complete when they began from nothing', () => {
        expect(new Set(presentIds(whole.seen.values()))).toEqual(new Set(ids))
        if (mode !== 'incremental') expect(whole.complete).toBe(true)
        expect(whole.cursor).not.toBeNull()
      })

      /** The request for page `nth` of the walk. */
      const pageAt = (nth: number): PullRequest => ({
        ...begin(),
        position: whole.pages[nth - 2]?.position ?? null,
      })

      describe.each(PAGES)('whose %s page', (_which, placeIn) => {
        test.each(troublesAt(service, TROUBLES).map((trouble) => [nameOf(trouble), trouble] as const))(
          'meets %s: the walk fails there, and goes on from there later',
          async (_name, trouble) => {
            const nth = placeIn(whole.pages.length)
            stage.world.weather.on(trouble)
            const broken = await attempt(stage.pull(pageAt(nth)))
            stage.world.weather.clear()
            // Whoever calls repeats, not the provider. That a cursor is refused can be read from half an answer.
            if (BREAKS.includes(trouble) && !mode.includes('another program'))
              expect(broken).toMatchObject({ kind: 'transient' })
            if (broken instanceof ProviderError) {
              const again = await stage.pull(pageAt(nth))
              expect(presentIds(again.observations)).toEqual(
                presentIds(whole.pages[nth - 1]?.observations ?? []),
              )
            } else {
              // Asked once more in another way, and answered: then it is as good as any.
              const rest = await finish(stage, begin(), broken.position)
              expect(new Set([...presentIds(broken.observations), ...rest.ids])).toEqual(new Set(ids))
            }
          },
        )
      })

      describe.runIf(wire !== 'in-process')('whose page is no page', () => {
        test.each(SHAPES)('but %s: it fails', async (_shape, shown) => {
          const alter = needed(stage.world.alter, 'alter', 'a wire')
          for (const [, placeIn] of PAGES) {
            alter(() => shown)
            const failure = await failureOf(stage.pull(pageAt(placeIn(whole.pages.length)))).finally(() =>
              alter(null),
            )
            expect(failure.kind).toBe('transient')
          }
        })

        const short = Object.entries(wire === 'in-process' ? {} : wire.shortListings)
        describe.each(PAGES)('but holds less than there is, the %s', (_which, placeIn) => {
          test.each(short)('%s: nobody says complete', async (_name, shorten) => {
            const alter = needed(stage.world.alter, 'alter', 'a wire')
            let applies = false
            alter((body) => {
              const less = shorten(body)
              applies ||= less !== undefined
              return less ?? body
            })
            const nth = placeIn(whole.pages.length)
            const page = await attempt(stage.pull(pageAt(nth))).finally(() => alter(null))
            if (page instanceof ProviderError || !applies) return
            expect(page.complete).toBe(false)
            const rest = page.position === null ? null : await finish(stage, begin(), page.position)
            expect(rest?.complete ?? false).toBe(false)
          })
        })
      })
    })
  })
}

/** The rest of a walk, from where it stands. */
async function finish(stage: Stage, begun: Begun, from: string | null) {
  const ids: string[] = []
  let complete = false
  for (let position = from; position !== null; ) {
    const page = await stage.pull({ ...begun, position })
    ids.push(...presentIds(page.observations))
    complete = page.complete
    position = page.position
  }
  return { ids, complete }
}
