import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TestTimers } from '../../test/receiver/test-timers.ts'
import { NudgeThrottle } from './nudge-throttle.ts'

function setUp() {
  const timers = new TestTimers()
  const sent: { id: string; at: number; end: () => void }[] = []
  const throttle = new NudgeThrottle({
    timers,
    send: (id) => new Promise((end) => sent.push({ id, at: timers.now, end })),
  })
  const log = () => sent.map(({ id, at }) => `${id}@${at}`)
  const end = async (n: number) => {
    sent[n]?.end()
    await timers.settle()
  }
  return { timers, throttle, sent, log, end }
}

describe('nudges of one connection', () => {
  test('the first leaves at once, those of the next 100 ms as one', async () => {
    const { timers, throttle, log, end } = setUp()
    throttle.nudge('a')
    expect(log()).toEqual(['a@0'])
    await end(0)
    await timers.pass(40)
    throttle.nudge('a')
    throttle.nudge('a')
    await timers.pass(59)
    expect(log()).toEqual(['a@0'])
    await timers.pass(1)
    expect(log()).toEqual(['a@0', 'a@100'])
  })

  test('nothing follows when nothing came, and the next is a first again', async () => {
    const { timers, throttle, log, end } = setUp()
    throttle.nudge('a')
    await end(0)
    await timers.pass(250)
    expect(log()).toEqual(['a@0'])
    throttle.nudge('a')
    expect(log()).toEqual(['a@0', 'a@250'])
  })

  test('the trailing one opens a pause of its own', async () => {
    const { timers, throttle, log, end } = setUp()
    throttle.nudge('a')
    await end(0)
    throttle.nudge('a')
    await timers.pass(100)
    await end(1)
    throttle.nudge('a')
    await timers.pass(99)
    expect(log()).toEqual(['a@0', 'a@100'])
    await timers.pass(1)
    expect(log()).toEqual(['a@0', 'a@100', 'a@200'])
  })

  test('where they keep coming for a second, signals become rarer, until a pause without any', async () => {
    const { timers, throttle, sent, end } = setUp()
    for (let ms = 0; ms <= 3_000; ms += 20) {
      throttle.nudge('a')
      await Promise.all(sent.map((_, n) => end(n)))
      await timers.pass(20)
    }
    const distances = sent.slice(1).map(({ at }, n) => at - (sent[n]?.at ?? 0))
    expect(distances).toEqual([...Array.from({ length: 10 }, () => 100), 500, 500, 500, 500])
    await timers.pass(500)
    await end(sent.length - 1)
    await timers.pass(500)
    throttle.nudge('a')
    await end(sent.length - 1)
    throttle.nudge('a')
    await timers.pass(100)
    expect((sent.at(-1)?.at ?? 0) - (sent.at(-2)?.at ?? 0)).toBe(100)
  })

  test('one call at a time: what comes during a slow one follows its end', async () => {
    const { timers, throttle, log, end } = setUp()
    throttle.nudge('a')
    throttle.nudge('a')
    await timers.pass(700)
    expect(log()).toEqual(['a@0'])
    await end(0)
    expect(log()).toEqual(['a@0', 'a@700'])
  })

  test('connections do not wait for each other', () => {
    const { throttle, log } = setUp()
    throttle.nudge('a')
    throttle.nudge('b')
    expect(log()).toEqual(['a@0', 'b@0'])
  })
})

describe('at the end', () => {
  test('what waits is sent without its pause', async () => {
    const { throttle, log, end } = setUp()
    throttle.nudge('a')
    throttle.nudge('a')
    throttle.nudge('b')
    await end(0)
    await end(1)
    const flushed = throttle.flush()
    expect(log()).toEqual(['a@0', 'b@0', 'a@0'])
    await end(2)
    await flushed
  })

  test('calls under way are waited for, and what came during them is sent', async () => {
    const { timers, throttle, log, end } = setUp()
    let flushed = false
    throttle.nudge('a')
    throttle.nudge('a')
    const done = throttle.flush().then(() => {
      flushed = true
    })
    await timers.settle()
    expect(flushed).toBe(false)
    await end(0)
    expect(log()).toEqual(['a@0', 'a@0'])
    await end(1)
    await done
  })
})

test('whatever comes when: never two within 100 ms, and after the last nudge there is a signal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 180 }), { maxLength: 30 }), async (pauses) => {
      const timers = new TestTimers()
      const sent: number[] = []
      const throttle = new NudgeThrottle({
        timers,
        send: async () => {
          sent.push(timers.now)
        },
      })
      let last = -1
      for (const pause of pauses) {
        await timers.pass(pause)
        throttle.nudge('a')
        last = timers.now
      }
      await timers.pass(500)
      sent.slice(1).forEach((at, n) => {
        expect(at - (sent[n] ?? 0)).toBeGreaterThanOrEqual(100)
      })
      if (pauses.length > 0) expect(sent.at(-1)).toBeGreaterThanOrEqual(last)
    }),
    { numRuns: 200 },
  )
})
