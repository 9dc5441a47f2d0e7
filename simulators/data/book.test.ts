import { describe, expect, test } from 'vitest'
import { TASK_TYPES } from '../follow-up-boss/records.ts'
import { type Book, makeBook } from './book.ts'
import { addDays, dayIn, HOME_ZONE, instantIn } from './local-time.ts'

const NOW = Date.parse('2026-03-05T16:00:00Z')

describe('the demo', () => {
  const book = makeBook('demo', 1, NOW)

  test('has 120 people, 69 deals in both pipelines, 300 tasks, users in four roles', () => {
    expect([book.people.length, book.deals.length, book.tasks.length, book.users.length]).toEqual([
      120, 69, 300, 4,
    ])
    expect(new Set(book.people.map((person) => person.name)).size).toBe(120)
    expect(new Set(book.deals.map((deal) => deal.pipelineId))).toEqual(new Set([1, 2]))
    const closed = new Set(
      book.pipelines.flatMap((p) => p.stages.filter((s) => s.closedStage).map((s) => s.id)),
    )
    expect(book.deals.some((deal) => closed.has(deal.stageId))).toBe(true)
    expect(new Set(book.deals.map((deal) => deal.peopleIds.length))).toEqual(new Set([0, 1, 2]))
  })

  test.each([1, 2, 3])(
    'of seed %i: people have no deal, one, and three, and each stage has one or more',
    (seed) => {
      const { people, deals, pipelines } = makeBook('demo', seed, NOW)
      const dealsOf = (id: number) => deals.filter(({ peopleIds }) => peopleIds.includes(id)).length
      const counts = people.map(({ id }) => dealsOf(id))
      for (const wanted of [0, 1, 3])
        expect(counts.filter((count) => count === wanted).length).toBeGreaterThan(4)
      const active = deals.filter(({ status }) => status === 'Active')
      const stages = pipelines.flatMap((pipeline) => pipeline.stages.map(({ id }) => id))
      expect(new Set(active.map(({ stageId }) => stageId))).toEqual(new Set(stages))
    },
  )

  test.each([1, 2, 3])(
    'of seed %i: more deals of “Showing” have tasks than a project takes sections',
    (seed) => {
      const { deals, tasks } = makeBook('demo', seed, NOW)
      const busy = tasks.filter(
        ({ completedDaysAgo, assignedUserId }) => completedDaysAgo === null && assignedUserId === 1,
      )
      const crowd = deals.filter(
        ({ stageId, status, peopleIds }) =>
          stageId === 11 && status === 'Active' && busy.some(({ personId }) => peopleIds.includes(personId)),
      )
      expect(crowd.length).toBeGreaterThan(20)
    },
  )

  test('the tasks are a believable mixture, most of them the owner’s', () => {
    const share = (test: (task: Book['tasks'][number]) => boolean) => book.tasks.filter(test).length / 300
    const open = book.tasks.filter((task) => task.completedDaysAgo === null)
    expect(share((task) => task.assignedUserId === 1)).toBeGreaterThan(0.8)
    expect(share((task) => task.completedDaysAgo !== null)).toBeGreaterThan(0.09)
    expect(share((task) => task.completedDaysAgo !== null)).toBeLessThan(0.22)
    for (const kind of [
      open.filter((task) => task.dueDay === null),
      open.filter((task) => task.dueInstant !== null),
      open.filter((task) => task.dueDay !== null && task.dueInstant === null),
      open.filter((task) => task.dueDay !== null && task.dueDay < '2026-03-05'),
      open.filter((task) => task.dueDay !== null && task.dueDay > '2026-03-05'),
    ]) {
      expect(kind.length).toBeGreaterThan(15)
    }
    expect(book.tasks.every((task) => TASK_TYPES.includes(task.type) && !task.name.includes('{'))).toBe(true)
    expect(book.tasks.every((task) => (task.completedDaysAgo ?? 0) <= task.createdDaysAgo)).toBe(true)
  })

  test('is the same for the same seed and day, another for another seed', () => {
    expect(makeBook('demo', 1, NOW)).toEqual(book)
    expect(makeBook('demo', 2, NOW).tasks).not.toEqual(book.tasks)
  })
})

test('a number makes that many open tasks of user 1 with distinct titles, spread over people', () => {
  const { tasks } = makeBook(1500, 1, NOW)
  expect(tasks).toHaveLength(1500)
  expect(new Set(tasks.map((task) => task.name)).size).toBe(1500)
  expect(new Set(tasks.map((task) => task.personId)).size).toBe(120)
  expect(tasks.every((task) => task.assignedUserId === 1 && task.completedDaysAgo === null)).toBe(true)
})

test('empty has people to make tasks for, and nothing else', () => {
  const { people, deals, tasks, pipelines } = makeBook('empty', 1, NOW)
  expect([people.length, deals.length, tasks.length, pipelines.length]).toEqual([10, 0, 0, 2])
})

test('wall-clock times become instants on both sides of a change of clocks', () => {
  expect(instantIn(HOME_ZONE, '2026-03-07', '09:00')).toBe('2026-03-07T14:00:00Z')
  expect(instantIn(HOME_ZONE, '2026-03-08', '09:00')).toBe('2026-03-08T13:00:00Z')
  expect(instantIn(HOME_ZONE, '2026-11-01', '23:30')).toBe('2026-11-02T04:30:00Z')
  expect(dayIn(HOME_ZONE, Date.parse('2026-03-05T04:30:00Z'))).toBe('2026-03-04')
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
})
