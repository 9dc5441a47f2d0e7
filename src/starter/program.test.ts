import { describe, expect, it } from 'vitest'
import { buildProgram } from './program.ts'

const commandsFor = async (...words: string[]) =>
  (await buildProgram(words, () => undefined)).commands.map((command) => command.name())

describe('the command line', () => {
  it('is whole where no command is named, or one that there is not', async () => {
    const all = await commandsFor()
    expect(all).toEqual(expect.arrayContaining(['start', 'worker', 'status', 'connect', 'tasks']))
    for (const words of [['--help'], ['help', 'status'], ['staus'], ['constructor']])
      expect(await commandsFor(...words)).toEqual(all)
  })

  it('is loaded for the command that is named alone, by the name that it has there', async () => {
    for (const name of await commandsFor()) expect(await commandsFor('--debug', name, 'list')).toContain(name)
    expect(await commandsFor('status', 'start')).toEqual(['status'])
  })
})
