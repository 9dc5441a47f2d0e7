import type { Command } from 'commander'
import { UserError } from '../../config/errors.ts'
import { type Answer, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { canAsk } from '../output.ts'
import { borrowSession, type Session } from '../session.ts'
import { decidingOf, requireNoDemoRuns } from '../setup/context.ts'
import { WizardLeft } from '../setup/prompter.ts'
import { NOTHING_SAID, readSetupFile, type SaidSetup } from '../setup/setup-file.ts'
import { terminalPrompter } from '../setup/terminal-prompter.ts'
import { setUpUnattended } from '../setup/unattended.ts'
import { runWizard } from '../setup/wizard.ts'
import { configured, type Outcome } from './shared.ts'

type SetupFlags = {
  readonly config?: string
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addSetup(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('setup')
    .description('connect a CRM and a task app, choose what goes where, and begin the first sync')
    .option('--config <file>', 'what a YAML file says (-: standard input); what it leaves out is as proposed')
    .option('--yes', 'ask nothing, and begin the first sync')
    .option('--dry-run', 'ask nothing, and end with what the first sync would write')
    .option('--json', 'one JSON document on stdout; asks nothing')
    .action(async (flags: SetupFlags) => finish(await setup(flags)))
}

async function setup(flags: SetupFlags): Promise<Outcome> {
  const said = flags.config === undefined ? NOTHING_SAID : await readSetupFile(flags.config)
  const config = configured()
  // A sign-in comes back to the receiver, and so does a test delivery.
  const receiver = config.PUBLIC_URL !== undefined && asks(flags)
  const session = await borrowSession(config, { worker: true, receiver, demo: false })
  try {
    requireNoDemoRuns(session)
    return say(await setUp(session, said, flags), flags.json)
  } finally {
    await session.close()
  }
}

async function setUp(session: Session, said: SaidSetup, flags: SetupFlags): Promise<Answer> {
  const deciding = decidingOf(session)
  const { yes = false, dryRun = false } = flags
  if (!asks(flags)) return setUpUnattended(session, deciding, said, { yes, dryRun })
  const prompter = terminalPrompter(session.signal)
  try {
    return await runWizard(session, deciding, prompter)
  } catch (error) {
    throw error instanceof WizardLeft ? left() : error
  } finally {
    prompter.close()
  }
}

function asks({ config, yes = false, dryRun = false, json = false }: SetupFlags): boolean {
  return config === undefined && !yes && !dryRun && !json && canAsk()
}

function left(): UserError {
  return new UserError({
    code: 'SETUP_LEFT',
    message: 'The set-up is not done, and no task of your accounts was touched. What you have said is kept.',
    hints: [`To go on: ${quoted('setup')}.`],
    exitCode: 3,
  })
}
