import { expect, test } from 'vitest'
import { type Account, Book } from './book.ts'
import { judge } from './judge.ts'

const ITEM = {
  id: 'i1',
  content: 'Bring T1',
  project_id: 'p1',
  section_id: 's1',
  checked: false,
  is_deleted: false,
  is_active: true,
}
const ACCOUNT: Account = {
  items: [ITEM],
  sections: [
    {
      id: 's1',
      name: 'Deal of 1',
      description: 'dealbridge: deal:5501',
      project_id: 'p1',
      is_archived: false,
      is_deleted: false,
    },
  ],
  projects: [{ id: 'p1', name: 'Showing', description: '', is_archived: false, is_deleted: false }],
}

/** An archived deal, in whose section lies a task that a user has made there. */
function book(): Book {
  const made = new Book()
  const deal = { id: 5501, person: 1, stage: 11, archived: true, name: 'Deal of 1', named: null }
  made.deals.push({ ...deal, lost: false, strayed: 0 })
  made.tasks.push({ token: 'T1', atCrm: false, person: 1, deal: 5501, over: false, lost: false })
  return made
}

/** Found by seed 719937833 of twenty moves. */
test('a section stays as long as a task in it waits for the answer of a person, and no longer', () => {
  expect(judge(book(), ACCOUNT, [], [{ tokens: ['T1'], candidates: [] }])).toEqual([])
  const crm = [{ id: 1, name: 'Bring T1', personId: 1, isCompleted: 0 }]
  expect(judge(book(), ACCOUNT, crm, [])).toContain('the section of deal 5501 is not in the archive')
})
