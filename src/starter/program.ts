import { Command } from 'commander'
import type { Outcome } from './commands/shared.ts'
import { programVersion } from './program-version.ts'

const HELP = `
Exit codes: 0 done and settled · 1 failed · 2 usage or configuration
            3 done, but some tasks wait for you or have failed · 4 a service cannot be reached
Options come from the environment and .env; docs/configuration.md lists them.`

type Add = (program: Command, finish: (outcome: Outcome) => void) => void

const loadRoles = async (): Promise<Add> => (await import('./commands/roles.ts')).addRoles

/** By the word that asks for it, in the order of the help. Loaded only when asked for: no command waits for what others need. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  start: async () => (await import('./commands/start.ts')).addStart,
  worker: loadRoles,
  receiver: loadRoles,
  setup: async () => (await import('./commands/setup.ts')).addSetup,
  'sync-once': async () => (await import('./commands/sync-once.ts')).addSyncOnce,
  plan: async () => (await import('./commands/plan.ts')).addPlan,
  status: async () => (await import('./commands/status.ts')).addStatus,
  explain: async () => (await import('./commands/explain.ts')).addExplain,
  deals: async () => (await import('./commands/deals.ts')).addDeals,
  conflicts: async () => (await import('./commands/conflicts.ts')).addConflicts,
  alerts: async () => (await import('./commands/alerts.ts')).addAlerts,
  override: async () => (await import('./commands/override.ts')).addOverride,
  relink: async () => (await import('./commands/relink.ts')).addRelink,
  log: async () => (await import('./commands/log.ts')).addLog,
  undo: async () => (await import('./commands/undo.ts')).addUndo,
  route: async () => (await import('./commands/route.ts')).addRoute,
  map: async () => (await import('./commands/map.ts')).addMap,
  connect: async () => (await import('./commands/connect.ts')).addConnect,
  webhooks: async () => (await import('./commands/webhooks.ts')).addWebhooks,
  migrate: async () => (await import('./commands/migrate.ts')).addMigrate,
  backup: async () => (await import('./commands/backup.ts')).addBackup,
  restore: async () => (await import('./commands/restore.ts')).addRestore,
  keys: async () => (await import('./commands/keys.ts')).addKeys,
  tasks: async () => (await import('./commands/tasks.ts')).addTasks,
  export: async () => (await import('./commands/export.ts')).addExport,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  completion: async () => (await import('./commands/completion.ts')).addCompletion,
}

/** Tells a shell of all the others. */
const NEEDS_ALL = 'completion'

/**
 * The command line for these words: of a command that they name, its part of it; else the whole. `finish` gets the exit
 * code of the command that ran.
 */
export async function buildProgram(
  words: readonly string[],
  finish: (outcome: Outcome) => void,
): Promise<Command> {
  const program = new Command('dealbridge')
    .description('Keeps a CRM and task apps in step, both ways.')
    .version(programVersion())
    .option('--debug', 'show a stack trace with errors')
    .addHelpText('after', HELP)
    .showHelpAfterError('Run it with --help to see what it takes.')
  const asked = words.find((word) => !word.startsWith('-')) ?? ''
  const alone = Object.hasOwn(COMMANDS, asked) && asked !== NEEDS_ALL
  const wanted = new Set(alone ? [COMMANDS[asked]] : Object.values(COMMANDS))
  for (const load of wanted) (await load?.())?.(program, finish)
  for (const command of [program, ...descendants(program)]) command.exitOverride()
  return program
}

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)])
}
