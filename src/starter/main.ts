#!/usr/bin/env node
import { describeFailure } from './failure.ts'
import { outliveReaders, tell } from './output.ts'
import { buildProgram } from './program.ts'

outliveReaders()
const program = await buildProgram(process.argv.slice(2), (outcome) => {
  process.exitCode = outcome
})
try {
  await program.parseAsync()
} catch (error) {
  const { lines, exitCode } = describeFailure(error, program.opts().debug === true)
  if (lines.length > 0) tell(...lines)
  process.exitCode = exitCode
}
