import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closedBetween } from '../../src/providers/caldav/closed-between.ts'
import { type Account, openAccount, resource } from './account.ts'
import { createOp, deleteOp, look, outcomes, updateOp, writeOne } from './ops.ts'

let account: Account
let count = 0
beforeAll(async () => {
  account = await openAccount()
  await account.makeList('tasks')
}, 120_000)
afterAll(() => account?.close())

/** A task with these lines, as it is seen; its path below the home. */
async function given(lines: readonly string[], ahead: readonly string[] = []) {
  count += 1
  const uid = `task-${count}`
  const path = `tasks/${uid}.ics`
  await account.user('PUT', path, resource(uid, lines, ahead))
  return { uid, path, before: await look(account, uid) }
}
const textOf = async (path: string) => (await account.user('GET', path)).text.replace(/\r?\n[ \t]/g, '')
const linesOf = async (path: string) => (await textOf(path)).split(/\r?\n/)

describe('a task that repeats', () => {
  test('goes on to its next date when it is completed, and the same step does it once', async () => {
    const { uid, path, before } = await given([
      'SUMMARY:Water plants',
      'DTSTART;TZID=Europe/Berlin:20270327T090000',
      'DUE;TZID=Europe/Berlin:20270327T100000',
      'RRULE:FREQ=DAILY;COUNT=3',
      'EXDATE;TZID=Europe/Berlin:20270328T090000',
    ])
    const op = updateOp(uid, before, { completed: true })
    const result = await writeOne(account, op)
    expect(outcomes(result)).toEqual(['confirmed'])
    const after = await look(account, uid)
    expect(after).toMatchObject({
      recurs: true,
      task: { completed: false },
    })
    expect(closedBetween(before, after)).toBe(1)
    // Summer time has begun between the two; the wall clock stays.
    expect(after.task.due).toEqual({ kind: 'fixed', at: '2027-03-29T08:00:00Z', zone: 'Europe/Berlin' })
    expect(after.task.recurrence?.text).toBe('FREQ=DAILY;COUNT=1')
    expect(await linesOf(path)).toContain('DTSTART;TZID=Europe/Berlin:20270329T090000')
    expect(result.now?.task).toEqual(after.task)

    expect(outcomes(await writeOne(account, op))).toEqual(['confirmed'])
    expect((await look(account, uid)).task.due).toEqual(after.task.due)

    // Planned by somebody who has not seen that: to be looked at anew.
    const late = await writeOne(account, updateOp(uid, before, { completed: true }))
    expect(outcomes(late)).toEqual(['skipped'])
    expect(late.steps[0]?.error).toBeUndefined()

    const last = await writeOne(account, updateOp(uid, after, { completed: true }))
    expect(outcomes(last)).toEqual(['confirmed'])
    expect((await look(account, uid)).task.completed).toBe(true)
  })

  test('without a start is told by its due', async () => {
    const { uid, before } = await given([
      'SUMMARY:Pay',
      'DUE;VALUE=DATE:20270131',
      'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1',
    ])
    await writeOne(account, updateOp(uid, before, { completed: true }))
    const after = await look(account, uid)
    expect(after.task.due).toEqual({ kind: 'day', day: '2027-02-28' })
    expect(closedBetween(before, after)).toBe(1)
  })

  test.each([
    ['completed it meanwhile, which has no due', ['DTSTART;VALUE=DATE:20270111'], 'skipped', '2027-01-11'],
    [
      'put it off meanwhile, whose start stays',
      ['DTSTART;VALUE=DATE:20270104', 'DUE;VALUE=DATE:20270106'],
      'confirmed',
      '2027-01-11',
    ],
  ])('whose user has %s, is closed once', async (_what, dates, outcome, start) => {
    const rule = 'RRULE:FREQ=WEEKLY'
    const { uid, path, before } = await given(['DTSTART;VALUE=DATE:20270104', ...dates.slice(1), rule])
    await account.user('PUT', path, resource(uid, [...dates, rule]))
    expect(outcomes(await writeOne(account, updateOp(uid, before, { completed: true })))).toEqual([outcome])
    expect((await look(account, uid)).task.start).toEqual({ kind: 'day', day: start })
  })

  test('is moved alone on a server that orders lines in its own way, and closed once', async () => {
    const zoned = (name: string, clock: string) => `${name};TZID=Europe/Berlin:${clock}`
    const { uid, path, before } = await given([
      zoned('DTSTART', '20270104T090000'),
      zoned('DUE', '20270104T100000'),
      'RRULE:FREQ=WEEKLY;BYDAY=MO',
    ])
    await writeOne(account, updateOp(uid, before, { due: { kind: 'day', day: '2027-01-06' } }))
    const moved = await look(account, uid)
    expect(closedBetween(before, moved)).toBe(0)
    await writeOne(account, updateOp(uid, moved, { completed: true }))
    expect(closedBetween(moved, await look(account, uid))).toBe(1)
    const own = [zoned('DTSTART', '20270111T090000'), zoned('DUE', '20270111T100000')]
    expect(await linesOf(path)).toEqual(expect.arrayContaining(own))
  })

  test('ends with its rule, by the clock of its zone', async () => {
    const { uid, before } = await given([
      'DUE;TZID=America/New_York:20270104T200000',
      'RRULE:FREQ=DAILY;UNTIL=20270106T010000Z',
    ])
    await writeOne(account, updateOp(uid, before, { completed: true }))
    const second = await look(account, uid)
    expect(second.task.due).toEqual({ kind: 'fixed', at: '2027-01-06T01:00:00Z', zone: 'America/New_York' })
    await writeOne(account, updateOp(uid, second, { completed: true }))
    expect((await look(account, uid)).task.completed).toBe(true)
  })
})

describe('what is typed meanwhile', () => {
  /** Gives the slot of the write that follows the look of a call only when the user has done something. */
  const gateAfter = (work: () => Promise<unknown>) => {
    let slots = 0
    return {
      ...account.gate,
      async take(context: string) {
        slots += 1
        if (slots === 2) await work()
        return account.gate.take(context)
      },
    }
  }

  test('into another field stays, and ours is written beside it', async () => {
    const { uid, path, before } = await given(['SUMMARY:One'])
    await account.user('PUT', path, resource(uid, ['SUMMARY:One', 'PRIORITY:1']))
    expect(outcomes(await writeOne(account, updateOp(uid, before, { title: 'Ours' })))).toEqual(['confirmed'])
    expect((await look(account, uid)).task).toMatchObject({ title: 'Ours', priority: 1 })
  })

  test('into the field that is to be written is not written over, and nothing is said to be wrong', async () => {
    const { uid, path, before } = await given(['SUMMARY:One'])
    await account.user('PUT', path, resource(uid, ['SUMMARY:Theirs']))
    const result = await writeOne(account, updateOp(uid, before, { title: 'Ours' }))
    expect(result.steps).toEqual([{ name: 'fields', outcome: 'skipped' }])
    expect((await look(account, uid)).task.title).toBe('Theirs')
  })

  test('spares a task that is to be deleted', async () => {
    const { uid, path, before } = await given(['SUMMARY:One'])
    await account.user('PUT', path, resource(uid, ['SUMMARY:Still wanted']))
    const result = await writeOne(account, deleteOp(uid, before))
    expect(result.steps).toEqual([{ name: 'delete', outcome: 'skipped' }])
    expect((await look(account, uid)).task.title).toBe('Still wanted')
    expect(outcomes(await writeOne(account, deleteOp(uid, await look(account, uid))))).toEqual(['confirmed'])
  })

  test('is not what the count of occurrences is that were closed: such a task is deleted', async () => {
    const { uid, before } = await given(['SUMMARY:Daily', 'DTSTART:20261201T090000Z', 'RRULE:FREQ=DAILY'])
    const counted = { ...before, completions: 3 }
    expect(outcomes(await writeOne(account, deleteOp(uid, counted)))).toEqual(['confirmed'])
    await expect(look(account, uid)).rejects.toThrow('The task is gone')
  })

  test.each([
    ['into another field', ['SUMMARY:One', 'PRIORITY:1'], 'confirmed', { title: 'Ours', priority: 1 }],
    ['into the same field', ['SUMMARY:Theirs'], 'skipped', { title: 'Theirs' }],
  ])(
    'between our look and our write, %s, is met by the condition of the write',
    async (_where, typed, outcome, task) => {
      const { uid, path, before } = await given(['SUMMARY:One'])
      const facts = await account.provider.check(account.connect())
      const gate = gateAfter(() => account.user('PUT', path, resource(uid, typed)))
      const ops = [updateOp(uid, before, { title: 'Ours' })]
      const { results } = await account.provider.write(account.connect({ facts, gate }), ops)
      expect(results.map(outcomes)).toEqual([[outcome]])
      expect((await look(account, uid)).task).toMatchObject(task)
    },
  )

  test('between our look and a deletion spares the task', async () => {
    const { uid, path, before } = await given(['SUMMARY:One'])
    const facts = await account.provider.check(account.connect())
    const gate = gateAfter(() => account.user('PUT', path, resource(uid, ['SUMMARY:Still wanted'])))
    const { results } = await account.provider.write(account.connect({ facts, gate }), [
      deleteOp(uid, before),
    ])
    expect(results.map(outcomes)).toEqual([['skipped']])
    expect((await look(account, uid)).task.title).toBe('Still wanted')
  })
})

describe('a move', () => {
  beforeAll(() => account.makeList('those'))

  test('takes along a task of any UID, under the name that it has', async () => {
    const uid = await account.put('tasks/odd.ics', ['SUMMARY:Odd'], 'odd/1:2@host')
    const op = updateOp(uid, await look(account, uid), { list: 'those' })
    expect(outcomes(await writeOne(account, op))).toEqual(['confirmed'])
    expect((await look(account, uid)).task.list).toBe('those')
  })

  test('to where another app has a copy of the task is refused, with what to do', async () => {
    const uid = await account.put('tasks/twice.ics', ['SUMMARY:One'])
    const before = await look(account, uid)
    await account.put('those/twice.ics', ['SUMMARY:Another'], uid)
    const { steps } = await writeOne(account, updateOp(uid, before, { list: 'those' }))
    expect(steps[0]).toMatchObject({ outcome: 'refused', error: { kind: 'invalid' } })
    expect(String(steps[0]?.error?.message)).toContain('another task with the same UID lies there')
  })
})

describe('a create that comes again', () => {
  test('leaves what its user has made of the task meanwhile, wherever it is by now', async () => {
    const op = createOp({ title: 'Ours' })
    const { remoteId: uid } = await writeOne(account, op)
    const path = `tasks/${uid}.ics`
    await account.user('PUT', path, resource(uid ?? '', ['SUMMARY:Theirs']))
    const again = await writeOne(account, op)
    expect(again).toMatchObject({ remoteId: uid, now: { task: { title: 'Theirs' } } })
    expect(await linesOf(path)).toContain('SUMMARY:Theirs')
  })
})

describe('a resource', () => {
  test('keeps all that is not written, to the letter', async () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Own',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0100',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]
    const { uid, path, before } = await given(
      [
        'SUMMARY:One',
        'DUE;TZID=Own:20270104T150000',
        'X-APP;X-P="a;b":v\\,w',
        'ATTENDEE;CN="A, B":mailto:a@example.com',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'DESCRIPTION:Soon',
        'TRIGGER:-PT5M',
        'X-ALARM:1',
        'END:VALARM',
      ],
      zone,
    )
    expect(before.task.due).toEqual({ kind: 'fixed', at: '2027-01-04T14:00:00Z', zone: null })
    const old = await linesOf(path)
    await writeOne(account, updateOp(uid, before, { title: 'Two', priority: 3 }))
    const now = await linesOf(path)
    const ours = /^(SUMMARY|PRIORITY|LAST-MODIFIED|DTSTAMP)/
    expect(now.filter((line) => !ours.test(line))).toEqual(old.filter((line) => !ours.test(line)))
    expect(now).toEqual(expect.arrayContaining(['SUMMARY:Two', 'PRIORITY:5']))
  })

  test('is written by one request after one look for all, and a create by one alone', async () => {
    const some = await Promise.all(['a', 'b', 'c'].map((name) => given([`SUMMARY:${name}`])))
    const facts = await account.provider.check(account.connect())
    const requests = account.weather.requests
    const updates = some.map(({ uid, before }) => updateOp(uid, before, { title: 'New' }))
    await account.provider.write(account.connect({ facts }), [...updates, createOp({ title: 'Made' })])
    expect(account.weather.requests - requests).toBe(1 + 3 + 1)
    // What is so already needs no write.
    const again = account.weather.requests
    await account.provider.write(account.connect({ facts }), updates)
    expect(account.weather.requests - again).toBe(1)
  })

  test('with its due by start and duration is read so, and a due that is written takes their place', async () => {
    const { uid, path, before } = await given(['DTSTART:20270104T090000', 'DURATION:PT90M'])
    expect(before.task.due).toEqual({ kind: 'floating', day: '2027-01-04', time: '10:30:00' })
    await writeOne(account, updateOp(uid, before, { due: { kind: 'day', day: '2027-01-05' } }))
    const lines = await linesOf(path)
    expect(lines).toEqual(expect.arrayContaining(['DUE;VALUE=DATE:20270105', 'DTSTART;VALUE=DATE:20270104']))
    expect(lines.some((line) => line.startsWith('DURATION'))).toBe(false)
  })

  test('of a cancelled task is a completed one, and stays cancelled', async () => {
    const { uid, path, before } = await given(['SUMMARY:One', 'STATUS:CANCELLED'])
    expect(before.task.completed).toBe(true)
    await writeOne(account, updateOp(uid, before, { title: 'Two', completed: true }))
    expect(await linesOf(path)).toContain('STATUS:CANCELLED')
  })

  test('that is made again with its repetition repeats', async () => {
    const op = createOp({
      title: 'Again',
      due: { kind: 'day', day: '2027-01-04' },
      recurrence: { text: 'FREQ=WEEKLY', language: 'rrule' },
    })
    const { remoteId } = await writeOne(account, op)
    expect(await look(account, remoteId ?? '')).toMatchObject({
      recurs: true,
      task: { recurrence: { text: 'FREQ=WEEKLY', language: 'rrule' } },
    })
  })
})
