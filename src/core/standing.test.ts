import { expect, it } from 'vitest'
import { pairView, present } from '../../test/core/pair-view.ts'
import type { Standing } from './merge-types.ts'
import { stillStanding } from './standing.ts'

const refused = (field: 'list' | 'parent', value: string | null): Standing[] => [
  { field: 'title', left: 'A', right: 'B' },
  { field, left: 'here', right: null, refused: { by: 'right', value } },
]
const lying = (elsewhere: { list?: string | undefined; parent?: string | null | undefined }) =>
  pairView({ left: present({}, { elsewhere: { list: null, parent: null, ...elsewhere } }) })

it('a refusal stands as long as the place that was refused is the same', () => {
  for (const place of ['there', null]) {
    const view = lying({ parent: place })
    expect(stillStanding(refused('parent', place), view)).toHaveLength(2)
  }
  expect(stillStanding(refused('list', 'one'), lying({ list: 'one' }))).toHaveLength(2)
})

it('all of it is tried again once the place is another one, although nobody has moved the task', () => {
  expect(stillStanding(refused('parent', 'there'), lying({ parent: null }))).toEqual([])
  expect(stillStanding(refused('list', 'one'), lying({ list: 'two' }))).toEqual([])
})

it('what is no place stands', () => {
  const [title] = refused('parent', null)
  expect(stillStanding([title as Standing], lying({ parent: 'there' }))).toHaveLength(1)
})
