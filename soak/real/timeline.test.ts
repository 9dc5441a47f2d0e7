import { expect, test } from 'vitest'
import { timelineOf } from './timeline.ts'

const SEEDS = Array.from({ length: 300 }, (_, n) => n + 1)

test('a seed makes one timeline, another seed another one', () => {
  expect(timelineOf(5, 1_000)).toEqual(timelineOf(5, 1_000))
  expect(timelineOf(6, 1_000)).not.toEqual(timelineOf(5, 1_000))
})

test('tasks are named from the first token on, and the rest is as it was', () => {
  const text = JSON.stringify(timelineOf(5, 1_000))
  expect(JSON.stringify(timelineOf(5, 7_000))).toBe(
    text.replace(/T1(\d{3})/gu, 'T7$1').replace(':1000,', ':7000,'),
  )
  expect(text).not.toMatch(/T\d{1,3}"/u)
})

test('moments come in their order, each user has his own, and the whole takes seconds', () => {
  for (const { moments } of SEEDS.map((seed) => timelineOf(seed, 1_000))) {
    const times = moments.map((one) => one.atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times.at(-1)).toBeLessThan(13_000)
    for (const one of moments)
      if (one.do === 'act' && one.event.do === 'edit')
        expect(one.event.edits.map((edit) => edit.side)).toEqual(one.event.edits.map(() => one.side))
  }
})

test('there is a kill for each history, and there are all kinds of kills and faults', () => {
  const moments = SEEDS.flatMap((seed) => timelineOf(seed, 1_000).moments)
  const kills = moments.flatMap((one) => (one.do === 'kill' ? [one.target] : []))
  expect(kills.length).toBeGreaterThan(SEEDS.length)
  expect([...new Set(kills)].sort()).toEqual(['everything', 'postgres', 'receiver', 'temporal', 'worker'])
  const words = moments.flatMap((one) => (one.do === 'fault' ? [one.word] : []))
  expect(words).toEqual(expect.arrayContaining(['reply-lost', 'status:503', 'stale-read:1500']))
})
