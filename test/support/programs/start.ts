import { fileURLToPath } from 'node:url'
import { UserError } from '../../../src/config/errors.ts'
import { readConfig } from '../../../src/config/parse.ts'
import { startEverything } from '../../../src/starter/everything.ts'

/** `start` with stand-ins for worker and receiver. Prints run.json's content when ready; exits as the command would. */
const dummy = fileURLToPath(new URL('./dummy-role.mjs', import.meta.url))

try {
  const config = readConfig({ env: process.env, cwd: process.cwd() })
  const everything = await startEverything(config, {
    demo: false,
    programs: { main: dummy, simulators: dummy },
    onReady: (run) => process.stdout.write(`${JSON.stringify(run)}\n`),
  })
  await everything.stopped
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof UserError ? error.exitCode : 1
}
