import { expect, it } from 'vitest'
import { commandNodes } from '../completion/command-tree.ts'
import { buildProgram } from '../program.ts'
import { DOCUMENTS } from './index.ts'

it('each command that has --json has a document, and no other one', async () => {
  const nodes = commandNodes(await buildProgram([], () => undefined))
  const printing = nodes.filter(({ options }) => options.some(({ flag }) => flag === '--json'))
  expect(Object.keys(DOCUMENTS).sort()).toEqual(printing.map(({ path }) => path).sort())
})
