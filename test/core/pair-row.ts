import { NOTHING_TOLD } from '../../src/core/told.ts'
import type { PairRow } from '../../src/store/pairs.ts'

/** A pair that nothing has happened to; nothing about it is known but what is given. */
export function pairRow(given: Partial<PairRow> = {}): PairRow {
  return {
    id: '7',
    routeId: '1',
    origin: 'left',
    memory: 'linked',
    state: 'ok',
    reason: null,
    person: 'p1',
    personBy: null,
    marked: false,
    personSeq: null,
    deal: null,
    dealBy: null,
    place: null,
    movedBack: null,
    base: { left: {}, right: {} },
    baseMovedAt: null,
    baseTrail: [],
    standing: [],
    overrides: [],
    decrees: [],
    former: null,
    occurrences: null,
    endedAt: null,
    letThrough: false,
    notice: null,
    comment: null,
    block: [],
    told: NOTHING_TOLD,
    carried: {},
    syncVersion: 0,
    known: null,
    planId: null,
    wakeAt: null,
    attempts: 0,
    lastError: null,
    ...given,
  }
}
