import { describe, expect, it } from 'vitest'
import { routeContext } from '../../../test/activities/route.ts'
import { pairRow } from '../../../test/core/pair-row.ts'
import { remoteTask } from '../../../test/core/remote-task.ts'
import { START } from '../../../test/store/record.ts'
import { personHint } from '../../providers/follow-up-boss/person-hint.ts'
import type { PairRow } from '../../store/pairs.ts'
import { withoutPersonWords } from './person-words.ts'

const known = routeContext({ routeId: '1', left: '2', right: '3' })
const { left, right } = known.sides
const route = { ...known, sides: { left: { ...left, provider: { ...left.provider, personHint } }, right } }

type Given = {
  readonly labels?: readonly string[]
  /** The title on the other side; null where nothing is there. */
  readonly there?: string | null
  /** Both sides' title when they were last in step. */
  readonly base?: string
  readonly pair?: Partial<PairRow>
}

/** What a decision sees of a task on the right, whose person was found by these words. */
function seenOf(title: string, { labels = [], there = null, base, pair = {} }: Given = {}) {
  const { task } = remoteTask({ title, labels: [...labels] })
  const sides = base === undefined ? {} : { base: { left: { title: base }, right: { title: base } } }
  const row = pairRow({ personBy: { name: 'Ann Lee' }, ...sides, ...pair })
  const counterpart = there === null ? null : { remoteId: 'l1', seen: remoteTask({ title: there }) }
  return withoutPersonWords(task, 'right', row, route, counterpart)
}

describe('words that named the person', () => {
  it.each([
    ['before the other side is made', 'Call [Ann Lee]', {}, 'Call'],
    ['until they are taken out', 'Call [Ann Lee]', { there: 'Call', base: 'Call' }, 'Call'],
    ['when their user types them again', 'Visit [Ann Lee]', { there: 'Call', base: 'Call' }, 'Visit'],
    [
      'while the other side has got them of its own user, and this one types nothing',
      'Call [Ann Lee]',
      { there: 'Visit [Ann Lee]', base: 'Call' },
      'Call',
    ],
    [
      'in an old picture of before they were taken out',
      'Call [Ann Lee]',
      {
        there: 'Call',
        base: 'Call him',
        pair: {
          baseTrail: [
            { side: 'right', field: 'title', value: 'Call [Ann Lee]', leftAt: START },
            { side: 'right', field: 'words', value: 'Call [Ann Lee]', leftAt: START },
          ],
        },
      },
      'Call',
    ],
  ] satisfies [string, string, Given, string][])('are hidden %s', (_when, title, given, own) => {
    expect(seenOf(title, given).title).toBe(own)
  })

  it.each([
    ['the other side’s user has typed them', { there: 'Wife of [Ann Lee]', base: 'Call' }],
    ['both sides held them', { there: 'Visit', base: 'Wife of [Ann Lee]' }],
    ['the occurrence before held them', { pair: { former: { title: 'Wife of [Ann Lee]' } } }],
    [
      'both sides held that very title until lately',
      {
        there: 'Visit',
        base: 'Visit',
        pair: {
          baseTrail: [{ side: 'right', field: 'title', value: 'Wife of [Ann Lee]', leftAt: START }],
        },
      },
    ],
  ] satisfies [string, Given][])('stay where %s', (_where, given) => {
    expect(seenOf('Wife of [Ann Lee]', given).title).toBe('Wife of [Ann Lee]')
  })

  it('stay when they name somebody else, or nobody was found by them', () => {
    expect(seenOf('Call [Tom Baker]').title).toBe('Call [Tom Baker]')
    expect(seenOf('Call [Ann Lee]', { pair: { personBy: null } }).title).toBe('Call [Ann Lee]')
  })

  it('go as a label whatever the other title says', () => {
    const by = { pair: { personBy: { id: '5001' } }, labels: ['person-5001', 'vip'] }
    expect(seenOf('Call', { ...by, there: 'Call fub:5001' })).toMatchObject({
      title: 'Call',
      labels: ['vip'],
    })
  })
})
