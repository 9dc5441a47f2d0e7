import { expect, it } from 'vitest'
import type { Mapping } from '../store/mappings.ts'
import { brokenLines } from './mapping-lines.ts'

const names = (right: string) => ({
  left: 'CalDAV',
  right: 'Todoist',
  lists: { left: () => '“Errands”', right: () => right },
})
const broken = (side: 'left' | 'right', state: 'gone' | 'archived'): Mapping => ({
  id: '7',
  routeId: '1',
  left: 'l-1',
  right: 'r-1',
  direction: 'both',
  names: 'own',
  nameError: null,
  broken: { side, state },
})

it('a broken mapping names what is gone, and the list that is left as it is typed', () => {
  const [what, todo] = brokenLines(broken('left', 'gone'), 'mine', names('“Work”'))
  expect(what).toContain('broken: the list in CalDAV “Errands” is deleted')
  expect(todo).toMatch(/Brought back.*map add mine <list> 'Work'".*map remove 7"/)
})

it.each(['r-1', '“Work” (r-1)', "“Dana’s and Bob's”", '“A very long na…”'])(
  'a list that its name does not tell for sure is typed by its id: %s',
  (name) => {
    expect(brokenLines(broken('left', 'gone'), 'mine', names(name)).join()).toContain(
      'map add mine <list> r-1"',
    )
  },
)

it('an archived list comes back by itself', () => {
  const [what, todo] = brokenLines(broken('right', 'archived'), 'mine', names('“Work”'))
  expect(what).toContain('the list in Todoist “Work” is archived')
  expect(todo).toContain('Take it out of the archive')
})
