import { describe, expect, test } from 'vitest'
import { WEBHOOKS } from './webhook.ts'

const BODY =
  '{"eventId":"6b1d5f0e-0c1b-4c1e-9a50-0d6f0a1b2c3d","eventCreated":"2026-03-02T15:04:05+00:00","event":"tasksUpdated","resourceIds":[4066],"uri":"https://api.followupboss.com/v1/tasks?id=4066"}'
const SIGNATURE = '6889de1320590a27634f70433f2451781d9f9bed00d4282ee63e13af131e55e2'
const KEY = 'example-system-key'
const check = (signature: string | undefined, body = BODY, key = KEY) =>
  WEBHOOKS.verify(Buffer.from(body), { 'fub-signature': signature }, key)

describe('a signature', () => {
  test('of the right key over the base64 of the body is right', () => {
    expect(check(SIGNATURE)).toBe(true)
    expect(check(`sha256=${SIGNATURE}`)).toBe(true)
    expect(WEBHOOKS.verify(Buffer.from(BODY), { 'FUB-Signature': SIGNATURE }, KEY)).toBe(true)
  })

  test.each([
    ['another body', () => check(SIGNATURE, `${BODY} `)],
    ['another key', () => check(SIGNATURE, BODY, 'other')],
    ['no key', () => check(SIGNATURE, BODY, '')],
    ['no signature', () => check(undefined)],
    ['a short one', () => check(SIGNATURE.slice(1))],
    ['one of as many letters but more bytes', () => check('é'.repeat(64))],
    ['upper case', () => check(SIGNATURE.toUpperCase())],
  ])('is wrong with %s', (_what, result) => {
    expect(result()).toBe(false)
  })
})

describe('a delivery', () => {
  const nudge = (event: string, rest: Record<string, unknown> = { resourceIds: [1, '2'] }) =>
    WEBHOOKS.toNudge({ eventId: 'e1', event, uri: null, ...rest }, {})

  test('about tasks names them', () => {
    expect(nudge('tasksUpdated')).toEqual({
      deliveryId: 'e1',
      account: null,
      about: 'tasks',
      ids: ['1', '2'],
      made: false,
      deleted: false,
    })
    expect(nudge('tasksDeleted')).toMatchObject({ ids: ['1', '2'], made: false, deleted: true })
    expect(nudge('tasksCreated')).toMatchObject({ ids: ['1', '2'], made: true, deleted: false })
    expect(nudge('tasksCreated', {})).toMatchObject({ about: 'tasks', ids: [] })
  })

  test.each([
    ['dealsUpdated', { about: 'deals', made: false, deleted: false }],
    ['dealsDeleted', { about: 'deals', made: false, deleted: true }],
    ['peopleCreated', { about: 'people', made: true, deleted: false }],
    ['peopleTagsCreated', { about: 'people', made: false, deleted: false }],
    ['peopleStageUpdated', { about: 'people', made: false, deleted: false }],
    ['pipelineStageCreated', { about: 'stages', made: true, deleted: false }],
    ['pipelineUpdated', { about: 'stages', made: false, deleted: false }],
    ['pipelineDeleted', { about: 'stages', made: false, deleted: true }],
  ])('of %s says what it is about', (event, said) => {
    expect(nudge(event)).toEqual({ deliveryId: 'e1', account: null, ids: ['1', '2'], ...said })
  })

  test('about a relationship of people names nobody: its ids are not theirs', () => {
    expect(nudge('peopleRelationshipDeleted')).toMatchObject({ about: 'people', ids: [], deleted: false })
  })

  test.each(['notesCreated', 'stageUpdated', 'dealCustomFieldsUpdated', 'eventsCreated', 'tasks'])(
    'of %s is of no interest',
    (event) => {
      expect(nudge(event)).toBeNull()
    },
  )

  test.each([
    null,
    [],
    'x',
    { event: 'tasksUpdated' },
    { eventId: 'e', event: 'tasksUpdated', resourceIds: 'x' },
  ])('that is malformed (%j) is refused', (body) => {
    expect(() => WEBHOOKS.toNudge(body, {})).toThrow(expect.objectContaining({ kind: 'invalid' }))
  })
})
