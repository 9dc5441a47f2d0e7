import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Compaction, compaction, type Occupant } from './compaction.ts'
import { nextTask, type Room, roomOf, type Shard, sectionsFor, shardName } from './homes.ts'

const ROOM = roomOf({ sectionsPerProject: 20, tasksPerProject: 300 })
const shard = (number: number, sections: number, tasks: number, state: Shard['state'] = 'open'): Shard => ({
  number,
  sections,
  tasks,
  state,
})

it('leaves two sections and thirty tasks of a project to its users', () => {
  expect(ROOM).toEqual({ sections: 18, tasks: 270 })
  expect(roomOf({ sectionsPerProject: 1, tasksPerProject: 5 })).toEqual({ sections: 1, tasks: 1 })
})

it.each([
  ['Offer', 1, 'Offer'],
  ['Offer', 2, 'Offer · 2'],
  ['x'.repeat(200), 12, `${'x'.repeat(115)} · 12`],
  ['📌 General\n', 2, '📌 General · 2'],
])('%j, shard %i, is named %j', (name, number, named) => {
  expect(shardName(name, number)).toBe(named)
})

describe('a new deal', () => {
  it.each<[string, readonly Shard[], number, readonly (readonly [number, number])[]]>([
    ['makes the first shard', [], 3, [[1, 3]]],
    ['takes the first with room', [shard(2, 0, 0), shard(1, 17, 100)], 3, [[1, 3]]],
    ['finds no section free', [shard(1, 18, 100), shard(2, 3, 10)], 3, [[2, 3]]],
    ['finds no room for its tasks', [shard(1, 3, 268)], 3, [[2, 3]]],
    [
      'uses no refusing, archived or deleted one',
      [shard(1, 1, 1, 'full'), shard(2, 0, 0, 'archived'), shard(3, 0, 0, 'lost')],
      1,
      [[4, 1]],
    ],
    [
      'of too many tasks gets a second section',
      [shard(1, 1, 20)],
      300,
      [
        [2, 270],
        [1, 30],
      ],
    ],
    ['may come before its tasks', [shard(1, 1, 270)], 0, [[1, 0]]],
  ])('%s', (_name, shards, tasks, expected) => {
    expect(sectionsFor(shards, ROOM, tasks).map((one) => [one.shard, one.tasks])).toEqual(expected)
  })
})

describe('one more task', () => {
  it.each<[string, Parameters<typeof nextTask>[0], readonly Shard[], ReturnType<typeof nextTask>]>([
    ['goes to the others', [{ part: 1, shard: 1, tasks: 4 }], [shard(1, 2, 9)], { kind: 'in', part: 1 }],
    [
      'goes to the second part',
      [
        { part: 2, shard: 2, tasks: 4 },
        { part: 1, shard: 1, tasks: 270 },
      ],
      [shard(1, 1, 270), shard(2, 1, 4)],
      { kind: 'in', part: 2 },
    ],
    [
      'takes its section out of a filled shard',
      [{ part: 1, shard: 1, tasks: 4 }],
      [shard(1, 9, 270), shard(2, 1, 1)],
      { kind: 'move', part: 1, shard: 2 },
    ],
    [
      'begins a second part',
      [{ part: 1, shard: 1, tasks: 270 }],
      [shard(1, 1, 270), shard(2, 1, 1)],
      { kind: 'new', part: 2, shard: 2 },
    ],
    [
      'does not go where nothing can',
      [{ part: 1, shard: 1, tasks: 4 }],
      [shard(1, 1, 4, 'lost')],
      { kind: 'new', part: 2, shard: 2 },
    ],
  ])('%s', (_name, parts, shards, expected) => {
    expect(nextTask(parts, shards, ROOM)).toEqual(expected)
  })
})

describe('compaction', () => {
  it.each<[string, readonly Shard[], readonly Occupant[], Compaction]>([
    [
      'empties a nearly empty last shard',
      [shard(1, 10, 100), shard(2, 1, 5)],
      [{ id: 'a', shard: 2, sections: 1, tasks: 5 }],
      { moves: [{ id: 'a', to: 1 }], gone: [] },
    ],
    ['takes away an empty one', [shard(1, 10, 100), shard(2, 0, 0)], [], { moves: [], gone: [2] }],
    [
      'takes away empty ones in between',
      [shard(1, 10, 100), shard(2, 0, 0), shard(3, 18, 100)],
      [],
      { moves: [], gone: [2] },
    ],
    ['keeps the first', [shard(1, 0, 0)], [], { moves: [], gone: [] }],
    [
      'keeps one empty where the next deal needs it',
      [shard(1, 18, 100), shard(2, 0, 0), shard(3, 0, 0)],
      [],
      { moves: [], gone: [3] },
    ],
    [
      'does not fill the others up',
      [shard(1, 17, 100), shard(2, 1, 5)],
      [{ id: 'a', shard: 2, sections: 1, tasks: 5 }],
      { moves: [], gone: [] },
    ],
    [
      'leaves a shard with what is not ours',
      [shard(1, 1, 1), shard(2, 1, 6)],
      [{ id: 'a', shard: 2, sections: 1, tasks: 5 }],
      { moves: [], gone: [] },
    ],
    [
      'leaves one that is well used',
      [shard(1, 1, 1), shard(2, 5, 5)],
      [1, 2, 3, 4, 5].map((id) => ({ id: `${id}`, shard: 2, sections: 1, tasks: 1 })),
      { moves: [], gone: [] },
    ],
    ['touches no archived one', [shard(1, 1, 1), shard(2, 0, 0, 'archived')], [], { moves: [], gone: [] }],
  ])('%s', (_name, shards, occupants, expected) => {
    expect(compaction(shards, occupants, ROOM)).toEqual(expected)
  })
})

describe('a home over time', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('new' as const), tasks: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ kind: fc.constant('task' as const), which: fc.nat() }),
    fc.record({ kind: fc.constant('end' as const), which: fc.nat() }),
  )
  /** Sections by deal and part, and the projects that were made for them. */
  type World = { occupants: Occupant[]; made: Set<number> }

  const shardsOf = ({ occupants, made }: World): Shard[] =>
    [...made].map((number) => {
      const inside = occupants.filter((one) => one.shard === number)
      return shard(
        number,
        inside.length,
        inside.reduce((total, { tasks }) => total + tasks, 0),
      )
    })

  const compact = (world: World, room: Room): number => {
    for (let rounds = 0; ; rounds += 1) {
      const { moves, gone } = compaction(shardsOf(world), world.occupants, room)
      if (moves.length + gone.length === 0) return rounds
      for (const { id, to } of moves)
        world.occupants = world.occupants.map((one) => (one.id === id ? { ...one, shard: to } : one))
      for (const number of gone) world.made.delete(number)
      expectWithin(world, room)
    }
  }

  const expectWithin = (world: World, room: Room) => {
    for (const { number, sections, tasks } of shardsOf(world)) {
      expect(sections, `sections of ${number}`).toBeLessThanOrEqual(room.sections)
      expect(tasks, `tasks of ${number}`).toBeLessThanOrEqual(room.tasks)
    }
    expect([...world.made]).toEqual(expect.arrayContaining(world.occupants.map((one) => one.shard)))
  }

  const play = (
    world: World,
    room: Room,
    event: typeof step extends fc.Arbitrary<infer T> ? T : never,
    at: number,
  ) => {
    const shards = shardsOf(world)
    if (event.kind === 'new') {
      sectionsFor(shards, room, event.tasks).forEach((one, part) => {
        world.made.add(one.shard)
        world.occupants.push({ id: `${at}/${part + 1}`, shard: one.shard, sections: 1, tasks: one.tasks })
      })
      return
    }
    const chosen = world.occupants[event.which % Math.max(1, world.occupants.length)]
    if (chosen === undefined) return
    const [deal] = chosen.id.split('/')
    const isOf = (one: Occupant) => one.id.split('/')[0] === deal
    if (event.kind === 'end') {
      world.occupants = world.occupants.filter((one) => !isOf(one))
      return
    }
    const parts = world.occupants.filter(isOf).map((one) => ({ ...one, part: Number(one.id.split('/')[1]) }))
    const next = nextTask(parts, shards, room)
    const id = `${deal}/${next.part}`
    if (next.kind !== 'in') world.made.add(next.shard)
    if (next.kind === 'new') world.occupants.push({ id, shard: next.shard, sections: 1, tasks: 0 })
    world.occupants = world.occupants.map((one) =>
      one.id === id
        ? { ...one, tasks: one.tasks + 1, shard: next.kind === 'move' ? next.shard : one.shard }
        : one,
    )
  }

  /** What is moved goes into a project that is empty by now, and would be given up. */
  const INTO_AN_EMPTY_ONE: [Room, Parameters<typeof play>[2][]] = [
    { sections: 4, tasks: 4 },
    [
      { kind: 'new', tasks: 20 },
      { kind: 'new', tasks: 8 },
      { kind: 'task', which: 5 },
      { kind: 'task', which: 0 },
      { kind: 'end', which: 185_993_978 },
    ],
  ]

  it('never goes over a limit, loses nothing, and comes to rest; the next usual deal undoes no compaction', () => {
    const rooms = fc.record({
      sections: fc.integer({ min: 1, max: 5 }),
      tasks: fc.integer({ min: 1, max: 20 }),
    })
    fc.assert(
      fc.property(rooms, fc.array(step, { maxLength: 40 }), (room, events) => {
        const world: World = { occupants: [], made: new Set() }
        events.forEach((event, at) => {
          play(world, room, event, at)
          expectWithin(world, room)
        })
        const before = world.occupants.map(({ id, tasks }) => ({ id, tasks }))
        const count = world.made.size
        const rounds = compact(world, room)
        expect(rounds).toBeLessThanOrEqual(2 * count)
        expect(world.occupants.map(({ id, tasks }) => ({ id, tasks }))).toEqual(before)
        if (rounds === 0) return
        const made = new Set(world.made)
        play(world, room, { kind: 'new', tasks: Math.ceil(room.tasks / room.sections) }, events.length)
        expect(world.made).toEqual(made)
      }),
      { examples: [INTO_AN_EMPTY_ONE] },
    )
  })
})
