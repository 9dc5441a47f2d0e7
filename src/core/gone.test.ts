import { describe, expect, it } from 'vitest'
import { GONE, pairView, present } from '../../test/core/pair-view.ts'
import { policy } from '../../test/core/rules.ts'
import { DELETE_RULES } from './policy.ts'
import { reconcile } from './reconcile.ts'

describe.each(DELETE_RULES.filter((rule) => rule !== 'unlink'))('by rule %s a deletion', (rule) => {
  const view = (doubted: readonly 'title'[], title = 'Call Tom') =>
    pairView({
      left: GONE,
      right: present({ title }, { doubted: new Set(doubted) }),
      policy: policy({ deletes: { left: rule, right: rule } }),
    })

  it('ends the other task', () => {
    expect(reconcile(view([]))).toMatchObject({ memory: 'ending', writes: [{ side: 'right' }] })
  })

  it('ends nothing that was never seen equal: it may be edited since', () => {
    const { base } = view([])
    const { title: _, ...rest } = base.right
    const decision = reconcile({ ...view([], 'Edited while it was made'), base: { ...base, right: rest } })
    expect(decision).toMatchObject({ memory: 'new', reason: 'deleted-there', abandon: 'left' })
  })

  it('ends nothing while what the other task shows may be a stale read, or somebody’s revert', () => {
    for (const title of ['Call Tom', 'As it was before'])
      expect(reconcile(view(['title'], title))).toMatchObject({ memory: 'linked', writes: [], abandon: null })
  })

  it.each(['refused', 'discarded'] as const)('that was %s stands until somebody edits the task', (reason) => {
    const standing = [{ field: 'title', left: null, right: 'Call Tom' }] as const
    const ending = pairView({
      ...view([]),
      memory: 'ending',
      reason,
      standing,
    })
    expect(reconcile(ending)).toMatchObject({
      memory: 'ending',
      reason,
      state: reason === 'refused' ? 'error' : 'ok',
      writes: [],
    })
    expect(reconcile({ ...ending, reason: null })).toMatchObject({ writes: [{ side: 'right' }] })
    const edited = { ...ending, right: present({ title: 'Call Tom, gate code 4711' }) }
    expect(reconcile(edited)).toMatchObject({ memory: 'new', reason: 'deleted-there', abandon: 'left' })
  })
})
