import { describe, expect, it } from 'vitest'
import { pairView, present, UNKNOWN } from '../../test/core/pair-view.ts'
import type { SideView } from './decision.ts'
import { reconcile } from './reconcile.ts'

const HIDDEN: SideView = { presence: 'unknown', hidden: true }

describe('a task that the key may not see any more', () => {
  it('is unlinked, and the other one stays as it is', () => {
    const decision = reconcile(pairView({ left: HIDDEN, right: present({ title: 'Edited' }) }))
    expect(decision).toMatchObject({ memory: 'unlinked', reason: 'not-visible', reads: [], writes: [] })
  })

  it('is looked at again while that is not certain', () => {
    expect(reconcile(pairView({ left: UNKNOWN }))).toMatchObject({ memory: 'linked', reads: ['left'] })
  })

  it('is linked again, with its base, when it can be seen', () => {
    const view = pairView({ memory: 'unlinked', reason: 'not-visible', right: present({ title: 'Edited' }) })
    expect(reconcile(view)).toMatchObject({
      memory: 'linked',
      reason: null,
      writes: [{ side: 'left', fields: { title: 'Edited' } }],
    })
    expect(reconcile({ ...view, left: HIDDEN })).toMatchObject({ memory: 'unlinked', reason: 'not-visible' })
  })
})
