import { expect, it } from 'vitest'
import { scriptOf } from './generate.ts'
import type { Event, Script } from './script.ts'
import { shrink } from './shrink.ts'

const SCRIPT = scriptOf(11)
/** Fails when T1 is made and somebody dies after that. */
const replay = async ({ events }: Script) => {
  const made = events.findIndex((event) => event.do === 'create' && event.token === 'T1')
  const dies = events.findIndex((event, at) => at > made && event.do === 'run')
  return made >= 0 && dies >= 0 ? [`T1: title "T1 v${events.length}" of Todoist is gone`] : []
}

it('leaves out what the failure does not need, and makes the rest simple', async () => {
  const short = await shrink(SCRIPT, await replay(SCRIPT), replay)
  expect(short.events.map((event: Event) => event.do)).toEqual(['create', 'run'])
  expect(short.events.at(-1)).toMatchObject({ steps: 200 })
})

it('does not take another failure for the same one', async () => {
  const other = async (script: Script) =>
    script.events.length < SCRIPT.events.length ? ['T1 is 2 times in Todoist'] : replay(script)
  expect((await shrink(SCRIPT, await replay(SCRIPT), other)).events).toHaveLength(SCRIPT.events.length)
})

it('the same seed makes the same list, and another one another', () => {
  expect(scriptOf(11)).toEqual(SCRIPT)
  expect(scriptOf(12).events).not.toEqual(SCRIPT.events)
})
