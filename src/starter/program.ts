import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addConflicts } from './commands/conflicts.ts'
import { addConnect } from './commands/connect.ts'
import { addDeals } from './commands/deals.ts'
import { addExplain } from './commands/explain.ts'
import { addLog } from './commands/log.ts'
import { addMap } from './commands/map.ts'
import { addOverride } from './commands/override.ts'
import { addPlan } from './commands/plan.ts'
import { addRelink } from './commands/relink.ts'
import { addRoles } from './commands/roles.ts'
import { addRoute } from './commands/route.ts'
import { addSetup } from './commands/setup.ts'
import type { Outcome } from './commands/shared.ts'
import { addStart } from './commands/start.ts'
import { addStatus } from './commands/status.ts'
import { addSyncOnce } from './commands/sync-once.ts'
import { addTasks } from './commands/tasks.ts'
import { addUndo } from './commands/undo.ts'

const HELP = `
Exit codes: 0 done and settled · 1 failed · 2 usage or configuration
            3 done, but some tasks wait for you or have failed · 4 a service cannot be reached
Options come from the environment and .env; docs/configuration.md lists them.`

const COMMANDS = [
  addStart,
  addRoles,
  addSetup,
  addSyncOnce,
  addPlan,
  addStatus,
  addExplain,
  addDeals,
  addConflicts,
  addOverride,
  addRelink,
  addLog,
  addUndo,
  addRoute,
  addMap,
  addConnect,
  addTasks,
]

/** The whole command line. `finish` gets the exit code of the command that ran. */
export function buildProgram(finish: (outcome: Outcome) => void): Command {
  const program = new Command('dealbridge')
    .description('Keeps a CRM and task apps in step, both ways.')
    .version(versionOf())
    .option('--debug', 'show a stack trace with errors')
    .addHelpText('after', HELP)
    .showHelpAfterError('Run it with --help to see what it takes.')
  for (const add of COMMANDS) add(program, finish)
  for (const command of [program, ...descendants(program)]) command.exitOverride()
  return program
}

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)])
}

/** Two folders up in the sources, three in the build. */
function versionOf(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        version: string
      }
      return version
    } catch {
      // The other place, then.
    }
  }
  return 'unknown'
}
