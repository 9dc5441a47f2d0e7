import { describe, expect, it } from 'vitest'
import { NOTHING_BESIDE } from '../../core/beside.ts'
import type { FieldValues } from '../../core/task.ts'
import type { RemoteTask } from '../contract.ts'
import { decodeContainer, encode, observe } from './mapping.ts'

const ROW = {
  id: '6fwgQ6WMCPv5xRR4',
  project_id: '6XGgm6PHrGgMpCFX',
  section_id: null,
  parent_id: null,
  content: 'Call  Dana\nabout inspection',
  description: 'Ask for the key.\n\n---\ndealbridge: follow-up-boss/task/4066',
  labels: ['crm', 'Call', 'VIP'],
  priority: 4,
  due: {
    date: '2026-12-03T19:00:00.000000Z',
    timezone: 'America/New_York',
    string: 'Dec 3',
    lang: 'en',
    is_recurring: false,
  },
  checked: false,
  is_deleted: false,
  added_at: '2026-11-20T12:37:16.841504Z',
  updated_at: '2026-11-20T12:37:17Z',
  added_by_uid: 39768711,
  something_new: { a: 1 },
}

function seen(row: Record<string, unknown>): RemoteTask {
  const observation = observe({ ...ROW, ...row })
  if (observation?.kind !== 'present') throw new Error(`not present: ${JSON.stringify(observation)}`)
  return observation.seen
}

describe('observe', () => {
  it('reads a task', () => {
    expect(seen({})).toEqual({
      task: {
        title: 'Call Dana about inspection',
        notes: 'Ask for the key.',
        due: { kind: 'fixed', at: '2026-12-03T19:00:00Z', zone: 'America/New_York' },
        start: null,
        recurrence: null,
        priority: 1,
        labels: ['VIP'],
        type: 'Call',
        completed: false,
        assignee: null,
        list: '6XGgm6PHrGgMpCFX',
        parent: null,
      },
      version: '2026-11-20T12:37:17.000000Z',
      container: '6XGgm6PHrGgMpCFX',
      person: null,
      completions: 0,
      flags: ['crm'],
      marker: 'follow-up-boss/task/4066',
      madeBy: '39768711',
      assignedTo: null,
      madeAt: '2026-11-20T12:37:16.841504Z',
      recurs: false,
      block: [],
      extra: { labels: ['crm', 'Call', 'VIP'] },
    })
  })

  it.each([
    ['2026-12-03', null, { kind: 'day', day: '2026-12-03' }],
    ['2028-02-29', null, { kind: 'day', day: '2028-02-29' }],
    ['2026-12-03T14:00:00.000000', null, { kind: 'floating', day: '2026-12-03', time: '14:00:00' }],
    ['2026-12-03T14:00:00', undefined, { kind: 'floating', day: '2026-12-03', time: '14:00:00' }],
    ['2026-12-03T19:00:00Z', null, { kind: 'fixed', at: '2026-12-03T19:00:00Z', zone: null }],
    ['2026-12-03T19:00:00Z', 'Mars/Olympus', { kind: 'fixed', at: '2026-12-03T19:00:00Z', zone: null }],
  ])('reads the due date %s in %s', (date, timezone, due) => {
    expect(seen({ due: { date, timezone } }).task.due).toEqual(due)
  })

  it('takes nulls and missing keys for nothing', () => {
    const bare = observe({
      id: 'x',
      content: 'a',
      labels: null,
      due: null,
      priority: null,
      description: null,
    })
    expect(bare).toMatchObject({
      kind: 'present',
      seen: { version: null, container: null, task: { notes: '' } },
    })
  })

  it('knows a tombstone, a completed task, and what it cannot read', () => {
    expect(observe({ id: 'x', is_deleted: true })).toEqual({ kind: 'gone', remoteId: 'x', certain: true })
    expect(seen({ checked: true }).task.completed).toBe(true)
    expect(observe({ ...ROW, due: { date: '2027-02-29' } })).toMatchObject({
      kind: 'unknown',
      why: 'unreadable',
    })
    expect(observe({ ...ROW, labels: 7 })).toMatchObject({ kind: 'unknown', why: 'unreadable' })
    expect(observe({ content: 'no id' })).toBeNull()
  })
})

describe('encode', () => {
  const around = { before: null, marker: 'm/task/1', beside: null, zone: 'America/New_York' }
  const update = (fields: FieldValues, before: RemoteTask) =>
    encode(fields, { before, marker: before.marker, beside: null, zone: around.zone })

  it('writes a new task with its marker', () => {
    expect(encode({ title: 'a', priority: 1, due: null, type: 'Call', labels: ['vip'] }, around)).toEqual({
      content: 'a',
      description: '---\ndealbridge: m/task/1',
      due: null,
      priority: 4,
      labels: ['call', 'vip'],
    })
  })

  it('does not touch the description when only the title changed', () => {
    expect(update({ title: 'b' }, seen({}))).toEqual({ content: 'b' })
  })

  describe('the block', () => {
    const TOM = ['Tom Baker · 555', '[Open in X](https://x.example/1)']
    const block = (lines: readonly string[]) => `---\n${[...lines, 'dealbridge: m/task/1'].join('\n')}`
    const write = (description: string, lines: readonly string[] | null, fields: FieldValues = {}) =>
      encode(fields, {
        ...around,
        before: seen({ description }),
        beside: { ...NOTHING_BESIDE, block: lines },
      }).description

    it('goes with a new task', () => {
      expect(
        encode({ notes: 'a' }, { ...around, beside: { ...NOTHING_BESIDE, block: TOM } }).description,
      ).toBe(`a\n\n${block(TOM)}`)
    })

    it.each([
      ['stays when it is as wanted', `a\n\n${block(TOM)}`, TOM, undefined],
      ['stays without a word about it', `a\n\n${block(TOM)}`, null, undefined],
      ['is written with other lines', `a\n\n${block(TOM)}`, ['Ann'], `a\n\n${block(['Ann'])}`],
      ['comes back where it was removed', 'a', TOM, `a\n\n${block(TOM)}`],
      ['goes below what was typed below it', `a\n\n${block(TOM)}\nb`, TOM, `a\nb\n\n${block(TOM)}`],
      ['loses what was typed inside, which the notes carry', block(['typed', ...TOM]), TOM, block(TOM)],
      ['is whole again without its first line', block(TOM.slice(1)), TOM, block(TOM)],
      ['is left out where nothing fits', 'x'.repeat(16_383), TOM, 'x'.repeat(16_383)],
    ])('%s', (_what, description, lines, written) => {
      expect(write(description, lines)).toBe(written)
    })

    it('that is too long for all of its lines is not written again and again', () => {
      const long = 'x'.repeat(16_383 - 60)
      const shortened = String(write(long, TOM))
      expect(shortened).toContain(TOM[0])
      expect(shortened).not.toContain(TOM[1])
      expect(write(shortened, TOM)).toBeUndefined()
    })

    it('keeps its lines under other notes', () => {
      expect(write(`a\n\n${block(TOM)}`, null, { notes: 'b' })).toBe(`b\n\n${block(TOM)}`)
    })
  })

  it('sets and takes away labels of ours, over the list that is there', () => {
    const flagged = (add: string[], remove: string[]) =>
      encode(
        {},
        { ...around, marker: null, before: seen({}), beside: { ...NOTHING_BESIDE, flags: { add, remove } } },
      )
    expect(flagged(['needs-person'], ['crm'])).toEqual({ labels: ['Call', 'VIP', 'needs-person'] })
    expect(flagged([], [])).toEqual({})
  })

  it('writes labels over the list that is there', () => {
    expect(update({ type: 'Email' }, seen({}))).toEqual({ labels: ['crm', 'email', 'VIP'] })
  })

  it('sends the words of a recurring due with its date', () => {
    const due = { date: '2026-12-03', string: 'every monday', lang: 'en', is_recurring: true }
    const weekly = seen({ due })
    expect(weekly).toMatchObject({
      recurs: true,
      task: { recurrence: { text: 'every monday', language: 'en' } },
    })
    expect(update({ due: { kind: 'day', day: '2026-12-04' } }, weekly)).toEqual({
      due: { date: '2026-12-04', string: 'every monday', lang: 'en' },
    })
  })

  it('lets a new task repeat, and no other one begin to', () => {
    const fields: FieldValues = {
      due: { kind: 'day', day: '2026-12-04' },
      recurrence: { text: 'every monday', language: 'en' },
    }
    expect(encode(fields, around).due).toEqual({ date: '2026-12-04', string: 'every monday', lang: 'en' })
    expect(update(fields, seen({})).due).toEqual({ date: '2026-12-04' })
    expect(encode({ ...fields, due: null }, around).due).toBeNull()
  })

  it('writes a label that the task does not have as it is spelled, where that can be', () => {
    const long = 'X'.repeat(61)
    expect(encode({ labels: ['Müller', 'VIP', long] }, around).labels).toEqual(
      expect.arrayContaining(['Müller', 'VIP', 'x'.repeat(60)]),
    )
    expect(update({ labels: ['vip', 'Müller'] }, seen({ labels: ['VIP'] })).labels).toEqual(['VIP', 'Müller'])
  })

  it('writes instants with the zone of the user when they have none', () => {
    const due = { kind: 'fixed', at: '2026-12-03T19:00:00Z', zone: null } as const
    expect(encode({ due }, around).due).toEqual({ date: due.at, timezone: 'America/New_York' })
  })

  it('writes floating times without a zone', () => {
    const due = { kind: 'floating', day: '2026-12-03', time: '09:30:00' } as const
    expect(encode({ due }, around).due).toEqual({ date: '2026-12-03T09:30:00' })
  })
})

describe('decodeContainer', () => {
  it('reads projects and sections with their markers', () => {
    expect(
      decodeContainer('section', {
        id: 's',
        name: 'A',
        project_id: 'p',
        description: 'x\ndealbridge: deal:1',
        is_archived: true,
      }),
    ).toEqual({ remoteId: 's', kind: 'section', name: 'A', parent: 'p', state: 'archived', marker: 'deal:1' })
    expect(decodeContainer('project', { id: 'p', is_deleted: true })).toMatchObject({
      state: 'gone',
      parent: null,
    })
  })
})
