import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Checklist, stampKey } from './checklist.ts'
import type { Deal } from './deal.ts'
import { checklistsDue, type Stamp } from './entry-stamps.ts'

const list = (name: string, stage: string): Checklist => ({ name, stage, weekend: 'keep', items: [] })
const ALL = [list('Inspection', '12'), list('Papers', '12'), list('Keys', '13')]

type Known = Pick<Deal, 'id' | 'status' | 'stage' | 'enteredStageAt'>

const stampFor = ({ name, stage }: Checklist, { enteredStageAt }: Known): Stamp => ({
  checklist: name,
  stage,
  enteredAt: enteredStageAt,
})

describe('a checklist is due', () => {
  const deal: Known = { id: '1', status: 'active', stage: '12', enteredStageAt: '2026-03-02T10:00:00Z' }
  const names = (given: Partial<Known>, stamps: readonly Stamp[] = []) =>
    checklistsDue(ALL, { ...deal, ...given }, stamps).map(({ name }) => name)
  const stamped = (enteredAt: string | null): Stamp => ({ checklist: 'Inspection', stage: '12', enteredAt })

  it('in its stage, for a deal that is active', () => {
    expect(names({})).toEqual(['Inspection', 'Papers'])
    expect(names({ stage: '13' })).toEqual(['Keys'])
    expect(names({ stage: '14' })).toEqual([])
    expect(names({ status: 'archived' })).toEqual([])
    expect(names({ status: 'deleted' })).toEqual([])
  })

  it('once for each entry, however that is written', () => {
    expect(names({}, [stamped('2026-03-02T10:00:00Z')])).toEqual(['Papers'])
    expect(names({}, [stamped('2026-03-02T11:00:00.000+01:00')])).toEqual(['Papers'])
    expect(names({}, [stamped('2026-02-02T10:00:00Z')])).toEqual(['Inspection', 'Papers'])
    expect(names({}, [{ ...stamped('2026-03-02T10:00:00Z'), stage: '13' }])).toEqual(['Inspection', 'Papers'])
  })

  it('once for the stage, where the CRM does not say when the deal came into it, or did not once', () => {
    expect(names({ enteredStageAt: null })).toEqual(['Inspection', 'Papers'])
    expect(names({ enteredStageAt: null }, [stamped('2026-02-02T10:00:00Z')])).toEqual(['Papers'])
    expect(names({}, [stamped(null)])).toEqual(['Papers'])
  })
})

type Step = 'look' | 'lose' | { readonly to: string } | { readonly status: Deal['status'] } | 'hide' | 'show'
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>('look') },
  fc.constant<Step>('lose'),
  { weight: 3, arbitrary: fc.constantFrom('11', '12', '13').map((to): Step => ({ to })) },
  fc.constantFrom<Deal['status']>('active', 'archived').map((status): Step => ({ status })),
  fc.constantFrom<Step>('hide', 'show'),
)

it('never twice for one entry, and for every one that is looked at; a plan that is lost leaves nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, tells) => {
      const kept: Stamp[] = []
      const made: string[] = []
      let entry = 1
      let hidden = !tells
      let deal: Known = { id: '1', status: 'active', stage: '11', enteredStageAt: null }
      const now = () => ({ ...deal, enteredStageAt: hidden ? null : new Date(entry * 60_000).toISOString() })
      for (const one of steps) {
        if (one === 'look') {
          for (const due of checklistsDue(ALL, now(), kept)) {
            // The record's own key is the last guard: by it, too, nothing is there twice.
            expect(made).not.toContain(stampKey(due, now()))
            kept.push(stampFor(due, now()))
            made.push(stampKey(due, now()))
            made.push(`${due.name} ${entry}`)
          }
          // What is looked at is done: asked again, there is nothing.
          expect(checklistsDue(ALL, now(), kept)).toEqual([])
        } else if (one === 'lose') checklistsDue(ALL, now(), kept)
        else if (one === 'hide') hidden = true
        else if (one === 'show') hidden = !tells
        else if ('status' in one) deal = { ...deal, status: one.status }
        else if (one.to !== deal.stage) {
          entry += 1
          deal = { ...deal, stage: one.to }
        }
      }
      expect(new Set(made).size).toBe(made.length)
    }),
  )
})
