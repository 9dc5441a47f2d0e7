import { expect, it } from 'vitest'
import { cached } from './cached.ts'

function counting(answers: readonly (number | Error)[]) {
  const clock = { ms: 0 }
  const asked = { times: 0 }
  const ask = cached(
    5_000,
    async () => {
      const answer = answers[asked.times]
      asked.times += 1
      if (answer instanceof Error) throw answer
      return answer
    },
    () => clock.ms,
  )
  return { clock, asked, ask }
}

it('asks once for all who come within the time, and again after it', async () => {
  const { clock, asked, ask } = counting([1, 2])
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
  clock.ms = 4_999
  expect([await ask(), asked.times]).toEqual([1, 1])
  clock.ms = 5_000
  expect([await ask(), asked.times]).toEqual([2, 2])
})

it('keeps no failure', async () => {
  const { ask } = counting([new Error('away'), 2])
  await expect(ask()).rejects.toThrow('away')
  expect(await ask()).toBe(2)
})
