import { expect, it } from 'vitest'
import { START } from '../../../test/store/record.ts'
import { plusMs } from '../../core/db-time.ts'
import { factsAreDue } from './facts.ts'

const TOM = { name: 'Tom', phone: null, email: null, url: null }
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const ago = (ms: number) => plusMs(START, -ms)

it.each([
  ['were never asked for', null, true],
  ['are known', { facts: TOM, seenAt: ago(DAY - 1), triedAt: ago(DAY - 1) }, false],
  ['are a day old', { facts: TOM, seenAt: ago(DAY), triedAt: ago(DAY) }, true],
  [
    'are old, and were asked for in vain a moment ago',
    { facts: TOM, seenAt: ago(2 * DAY), triedAt: ago(MINUTE) },
    false,
  ],
  ['were asked for in vain a moment ago', { facts: null, seenAt: ago(MINUTE), triedAt: ago(MINUTE) }, false],
  [
    'were asked for in vain a while ago',
    { facts: null, seenAt: ago(MINUTE), triedAt: ago(10 * MINUTE) },
    true,
  ],
])('facts that %s', (_what, known, due) => {
  expect(factsAreDue(known, START)).toBe(due)
})
