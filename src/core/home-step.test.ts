import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type DealNow, nextHomeStep, type SectionNow } from './home-step.ts'

const SECTION: SectionNow = {
  id: '1',
  made: true,
  state: 'active',
  putAway: false,
  name: 'Baker',
  shownName: 'Baker',
  link: 'to Tom',
  place: { home: 'stage/11', project: 'p1', shown: 'p1' },
  open: 2,
  crowded: false,
  spare: null,
  sticks: false,
}
const DEAL: DealNow = {
  home: 'stage/11',
  closed: false,
  eager: false,
  stage: '11',
  movedBackIn: null,
  name: 'Baker',
  link: 'to Tom',
  coming: 0,
  sections: [SECTION],
}
const PUT_AWAY = { state: 'archived', putAway: true } as const
const REST = { kind: 'rest', trouble: null }
const AWAY = { home: 'stage/11', project: 'p1', shown: 'p9' }
const one = { section: '1' }

const ask = (deal: Partial<DealNow>, section: Partial<SectionNow> = {}) =>
  nextHomeStep({ ...DEAL, ...deal, sections: [{ ...SECTION, ...section }] })

describe('one section', () => {
  it.each<[string, Partial<DealNow>, Partial<SectionNow>, object]>([
    ['as it should be', {}, {}, REST],
    ['not made yet', { home: 'stage/12' }, { made: false }, REST],
    ['of a deal that came into another stage', { home: 'stage/12' }, {}, { kind: 'move', ...one }],
    ['in a project too full for the next task', { coming: 1 }, { crowded: true }, { kind: 'move', ...one }],
    ['in a full project, and no task comes', {}, { crowded: true }, REST],
    ['in a project that can be given up', {}, { spare: '7' }, { kind: 'give-up', ...one, to: '7' }],
    ['called as its deal was', { name: 'Elm St' }, {}, { kind: 'rename', ...one, name: 'Elm St' }],
    [
      'never shown under its name',
      { name: 'Elm St' },
      { shownName: null },
      { kind: 'rename', ...one, name: 'Elm St' },
    ],
    [
      'of a deal with another first person',
      { link: 'to Ann' },
      {},
      { kind: 'relink', ...one, link: 'to Ann' },
    ],
    ['of a deal without a person by now', { link: null }, {}, { kind: 'relink', ...one, link: null }],
    ['with a name of its user’s', { name: 'Elm St' }, { shownName: 'Mine' }, REST],
    ['moved by its user', {}, { place: AWAY }, { kind: 'move-back', ...one }],
    ['moved again', { movedBackIn: '11' }, { place: AWAY }, { kind: 'rest', trouble: 'moved-away' }],
    ['moved in another stage', { movedBackIn: '12' }, { place: AWAY }, { kind: 'move-back', ...one }],
    [
      'moved, and its deal came on',
      { home: 'stage/12', movedBackIn: '11' },
      { place: AWAY },
      { kind: 'move', ...one },
    ],
    [
      'archived by its user',
      { home: 'stage/12' },
      { state: 'archived' },
      { kind: 'rest', trouble: 'home-gone' },
    ],
    ['deleted by its user', { home: 'stage/12' }, { state: 'gone' }, { kind: 'rest', trouble: 'home-gone' }],
    [
      'deleted, and we had archived it',
      {},
      { state: 'gone', putAway: true },
      { kind: 'rest', trouble: 'home-gone' },
    ],
    ['of an archived deal, with tasks', { home: null }, {}, REST],
    ['of an archived deal, left by its tasks', { home: null }, { open: 0 }, { kind: 'archive', ...one }],
    ['of an archived deal, put away', { home: null }, { ...PUT_AWAY, open: 0 }, REST],
    ['of a deal that is active again', {}, { ...PUT_AWAY, open: 0 }, { kind: 'unarchive', ...one }],
    [
      'put away where there is no room any more',
      {},
      { ...PUT_AWAY, crowded: true },
      { kind: 'move', ...one },
    ],
    ['of a closed deal, with tasks', { closed: true }, {}, REST],
    ['of a closed deal, done', { closed: true }, { open: 0 }, { kind: 'archive', ...one }],
    [
      'of a closed deal, a task comes',
      { closed: true, coming: 1 },
      { ...PUT_AWAY, open: 0 },
      { kind: 'unarchive', ...one },
    ],
    ['of a closed deal, put away', { closed: true }, { ...PUT_AWAY, open: 0 }, REST],
    [
      'of a closed deal in the old project',
      { closed: true, home: 'stage/14' },
      { open: 0 },
      { kind: 'move', ...one },
    ],
  ])('%s', (_, deal, section, expected) => {
    expect(ask(deal, section)).toEqual(expected)
  })
})

describe('before the first task', () => {
  const begun = (given: Partial<DealNow>) => nextHomeStep({ ...DEAL, eager: true, sections: [], ...given })

  it.each<[string, object, object]>([
    ['a section is made where the route says so', begun({}), { kind: 'begin' }],
    ['not where it does not', begun({ eager: false }), REST],
    ['not in a closed stage', begun({ closed: true }), REST],
    ['not where its tasks lie in General', begun({ home: null }), REST],
    [
      'one that is written down is made',
      begun({ sections: [{ ...SECTION, made: false, open: 0 }] }),
      { kind: 'begin' },
    ],
    [
      'one that a task brings along is not',
      begun({ sections: [{ ...SECTION, made: false, open: 1 }] }),
      REST,
    ],
    [
      'one that its user deleted is not made anew',
      begun({ sections: [{ ...SECTION, state: 'gone', open: 0 }] }),
      { kind: 'rest', trouble: 'home-gone' },
    ],
  ])('%s', (_, step, expected) => {
    expect(step).toEqual(expected)
  })
})

describe('several sections', () => {
  const two = (first: Partial<SectionNow>, second: Partial<SectionNow>, deal: Partial<DealNow> = {}) =>
    nextHomeStep({
      ...DEAL,
      ...deal,
      sections: [
        { ...SECTION, ...first },
        { ...SECTION, id: '2', ...second },
      ],
    })

  it.each<[string, object, object]>([
    ['both with tasks stay', two({}, {}), REST],
    ['the second is empty', two({}, { open: 0 }), { kind: 'remove', section: '2' }],
    ['the first is empty', two({ open: 0 }, {}), { kind: 'remove', section: '1' }],
    ['of two empty ones the first stays', two({ open: 0 }, { open: 0 }), { kind: 'remove', section: '2' }],
    ['an empty one for which a task comes stays', two({}, { open: 0 }, { coming: 1 }), REST],
    ['an empty one that its user named stays', two({}, { open: 0, shownName: 'Mine' }), REST],
    ['an empty one that cannot be taken away stays', two({}, { open: 0, sticks: true }), REST],
    [
      'beside one that a user deleted',
      two({ state: 'gone' }, { open: 0 }),
      { kind: 'rest', trouble: 'home-gone' },
    ],
    [
      'what is left of it follows its deal',
      two({ state: 'gone' }, {}, { home: 'stage/12' }),
      { kind: 'move', section: '2' },
    ],
  ])('%s', (_, step, expected) => {
    expect(step).toEqual(expected)
  })
})

const section = fc.record({
  made: fc.boolean(),
  state: fc.constantFrom('active', 'full', 'archived', 'gone'),
  putAway: fc.boolean(),
  name: fc.constantFrom('A', 'B'),
  shownName: fc.constantFrom('A', 'B', 'Mine', null),
  link: fc.constantFrom('x', 'y', null),
  place: fc.record({
    home: fc.constantFrom('stage/11', 'stage/12'),
    project: fc.constantFrom('p1', 'p2'),
    shown: fc.constantFrom('p1', 'p2', null),
  }),
  open: fc.integer({ min: 0, max: 2 }),
  crowded: fc.boolean(),
  spare: fc.constantFrom('p1', null),
  sticks: fc.boolean(),
})
const deal = fc.record({
  home: fc.constantFrom('stage/11', 'stage/12', null),
  closed: fc.boolean(),
  eager: fc.boolean(),
  stage: fc.constantFrom('11', '12'),
  movedBackIn: fc.constantFrom('11', '12', null),
  name: fc.constantFrom('A', 'B'),
  link: fc.constantFrom('x', 'y', null),
  coming: fc.integer({ min: 0, max: 2 }),
  sections: fc.array(section, { maxLength: 3 }),
})

/** What the service holds after a step; an archived section is put away by us. */
function followed(now: DealNow): DealNow {
  const step = nextHomeStep(now)
  if (step.kind === 'rest') return now
  if (step.kind === 'begin') return { ...now, sections: [{ ...SECTION, id: 'first', open: 0 }] }
  const with_ = (change: (one: SectionNow) => SectionNow): DealNow => ({
    ...now,
    ...(step.kind === 'move-back' ? { movedBackIn: now.stage } : {}),
    sections: now.sections.map((one) => (one.id === step.section ? change(one) : one)),
  })
  switch (step.kind) {
    case 'move':
    case 'give-up':
      return with_((one) => ({
        ...one,
        place: { home: now.home ?? '', project: 'p3', shown: 'p3' },
        crowded: false,
        spare: null,
      }))
    case 'move-back':
      return with_((one) => ({ ...one, place: { ...one.place, shown: one.place.project } }))
    case 'rename':
      return with_((one) => ({ ...one, name: step.name, shownName: step.name }))
    case 'relink':
      return with_((one) => ({ ...one, link: step.link }))
    case 'archive':
    case 'unarchive':
      return with_((one) => ({
        ...one,
        state: step.kind === 'archive' ? 'archived' : 'active',
        putAway: step.kind === 'archive',
      }))
    case 'remove':
      return with_((one) => ({ ...one, made: false }))
  }
}

test('from any state the steps come to rest, with each section where it belongs and no empty double', () => {
  fc.assert(
    fc.property(deal, (given) => {
      let now: DealNow = {
        ...given,
        // What we have archived is archived.
        sections: given.sections.map((one, n) => ({
          ...one,
          id: `${n}`,
          putAway: one.putAway && one.state === 'archived',
        })),
      }
      for (let steps = 0; nextHomeStep(now).kind !== 'rest'; steps += 1) {
        expect(steps).toBeLessThan(20)
        now = followed(now)
      }
      const ours = now.sections.filter(
        ({ made, state, putAway }) => made && state !== 'gone' && (state !== 'archived' || putAway),
      )
      const shown = ours.filter(({ putAway }) => !putAway)
      const wanted = now.home !== null && (!now.closed || now.coming > 0)
      expect(ours.filter(({ putAway }) => putAway && wanted)).toEqual([])
      for (const one of shown) {
        if (now.home === null) expect(one.open > 0 || one.sticks).toBe(true)
        else {
          expect(one.place.home).toBe(now.home)
          if (one.place.shown !== null && one.place.shown !== one.place.project)
            expect(now.movedBackIn).toBe(now.stage)
        }
      }
      const removable = ({ sticks, name, shownName, open }: SectionNow) =>
        open === 0 && !sticks && (shownName === null || shownName === name)
      if (now.home !== null && now.coming === 0 && shown.length > 1)
        expect(shown.slice(1).filter(removable)).toEqual([])
    }),
  )
})
