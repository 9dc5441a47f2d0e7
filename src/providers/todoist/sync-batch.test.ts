import { describe, expect, it } from 'vitest'
import { todoistConnection } from '../../../test/todoist/connection.ts'
import type { Asker } from './client.ts'
import { createSharedQueue } from './sync-batch.ts'

type Sent = {
  readonly items: readonly string[]
  readonly asker: Asker
  readonly answer: (results: readonly string[]) => void
  readonly fail: (error: Error) => void
}

/** A queue whose requests the test answers; at most three items go into one. */
function testQueue() {
  const sent: Sent[] = []
  const queue = createSharedQueue<string, string>({
    fit: (waiting) => Math.min(3, waiting.length),
    send: (items, asker, onSlot) => {
      onSlot('2026-11-21T10:00:00.000001Z')
      return new Promise((answer, fail) => sent.push({ items, asker, answer, fail }))
    },
    abandon: (item, askedAt) => ({ ok: true, value: `${item} abandoned at ${askedAt}` }),
  })
  const submit = (...items: string[]) => {
    const stop = new AbortController()
    const connection = todoistConnection('http://127.0.0.1', { signal: stop.signal })
    return { stop, outcome: queue.submit('', connection, items) }
  }
  const request = async (nth: number): Promise<Sent> => {
    for (;;) {
      const one = sent[nth]
      if (one !== undefined) return one
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { sent, submit, request }
}

const ok = (value: string) => ({ ok: true, value })

describe('a shared queue', () => {
  it('sends together what arrives together, and each caller gets its own', async () => {
    const { submit, request } = testQueue()
    const one = submit('a', 'b')
    const two = submit('c')
    const first = await request(0)
    expect(first.items).toEqual(['a', 'b', 'c'])
    first.answer(['A', 'B', 'C'])
    expect(await one.outcome).toEqual([ok('A'), ok('B')])
    expect(await two.outcome).toEqual([ok('C')])
  })

  it('gathers while a request is under way, and spreads over requests what does not fit', async () => {
    const { sent, submit, request } = testQueue()
    const one = submit('a')
    const first = await request(0)
    const two = submit('b', 'c')
    const three = submit('d', 'e')
    expect(sent).toHaveLength(1)
    first.answer(['A'])
    const second = await request(1)
    expect(second.items).toEqual(['b', 'c', 'd'])
    second.answer(['B', 'C', 'D'])
    const third = await request(2)
    third.answer(['E'])
    expect(await Promise.all([one.outcome, two.outcome, three.outcome])).toEqual([
      [ok('A')],
      [ok('B'), ok('C')],
      [ok('D'), ok('E')],
    ])
  })

  it('tells everyone of an error, and goes on', async () => {
    const { submit, request } = testQueue()
    const one = submit('a')
    const two = submit('b')
    const error = new Error('x')
    const first = await request(0)
    first.fail(error)
    expect(await one.outcome).toEqual([{ ok: false, error }])
    expect(await two.outcome).toEqual([{ ok: false, error }])
    const three = submit('c')
    const second = await request(1)
    second.answer(['C'])
    expect(await three.outcome).toEqual([ok('C')])
  })

  it('sends nothing for a caller that left before', async () => {
    const { submit, request } = testQueue()
    const one = submit('a')
    const two = submit('b')
    one.stop.abort()
    expect(await one.outcome).toMatchObject([{ ok: false, error: { kind: 'transient' } }])
    const first = await request(0)
    expect(first.items).toEqual(['b'])
    first.answer(['B'])
    expect(await two.outcome).toEqual([ok('B')])
  })

  it('lets one caller leave at once without stopping the request, and stops it when the last leaves', async () => {
    const { submit, request } = testQueue()
    const one = submit('a', 'b')
    const two = submit('c')
    const first = await request(0)
    one.stop.abort()
    expect(await one.outcome).toEqual([
      ok('a abandoned at 2026-11-21T10:00:00.000001Z'),
      ok('b abandoned at 2026-11-21T10:00:00.000001Z'),
    ])
    expect(first.asker.signal.aborted).toBe(false)
    two.stop.abort()
    expect(first.asker.signal.aborted).toBe(true)
    first.fail(new Error('aborted'))
    expect(await two.outcome).toMatchObject([ok('c abandoned at 2026-11-21T10:00:00.000001Z')])
  })

  it('asks at the gates of all its callers', async () => {
    const { submit, request } = testQueue()
    submit('a', 'b')
    submit('c')
    const first = await request(0)
    expect(new Set(first.asker.gates).size).toBe(2)
    first.answer(['A', 'B', 'C'])
  })
})
