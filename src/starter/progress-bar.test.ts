import { expect, it } from 'vitest'
import { ProgressBar } from './progress-bar.ts'

function record(painted: boolean): { bar: ProgressBar; written: string[] } {
  const written: string[] = []
  return { bar: new ProgressBar('Sync', painted, (text) => written.push(text)), written }
}

it('prints a few plain lines where nothing can be painted over', () => {
  const { bar, written } = record(false)
  for (let done = 0; done <= 100; done += 1) bar.show(done, 100)
  bar.done('100 tasks.')
  expect(written).toEqual([
    'Sync: 0 of 100\n',
    'Sync: 25 of 100\n',
    'Sync: 50 of 100\n',
    'Sync: 75 of 100\n',
    'Sync: 100 of 100\n',
    'Sync: 100 tasks.\n',
  ])
})

it('paints one line over and over on a terminal', () => {
  const { bar, written } = record(true)
  bar.show(0, 0)
  bar.show(1, 2)
  bar.show(1, 2)
  bar.done('2 tasks.')
  expect(written).toHaveLength(4)
  expect(written[1]).toBe(`\r\u001b[2KSync: [${'█'.repeat(15)}${'░'.repeat(15)}] 1 of 2`)
  expect(written[3]).toBe('\n')
})
