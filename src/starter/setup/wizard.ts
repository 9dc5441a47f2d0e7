import { noteStep, setupOf } from '../../store/setup.ts'
import type { Answer } from '../answer.ts'
import { quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import type { Session } from '../session.ts'
import { askForRoute } from './ask-accounts.ts'
import { begin } from './begin.ts'
import { openSetup, type SetupContext } from './context.ts'
import { askYes, BACK, type Prompter } from './prompter.ts'
import { setupReport, shownLines } from './report.ts'
import type { Step } from './step.ts'
import { STEPS } from './steps/index.ts'

const INTRO = [
  'Setting up. Enter takes what stands in brackets; b goes back, q ends. What you answer is kept: run the same',
  'command again to go on. Nothing is written to your accounts before the last question, but webhooks where you say so.',
  '',
]

/** Asks a person, question by question, and begins the first sync when they say so. Throws WizardLeft when they leave. */
export async function runWizard(session: Session, deciding: Deciding, prompter: Prompter): Promise<Answer> {
  prompter.say(...INTRO)
  const route = await askForRoute(deciding, prompter)
  const context = await openSetup(session, deciding, route)
  if (route.state !== 'draft') {
    prompter.say(`Route ${route.name} is set up already; ${quoted(`route edit ${route.name}`)} changes it.`)
    return setupReport(context, { preview: null, status: await begin(context) })
  }
  prompter.say(...(await shownLines(context)), '')
  await ask(context, prompter, STEPS)
  return setupReport(context, { preview: null, status: await begin(context) })
}

/** Goes through the steps, back and forth, from where the wizard was left. */
export async function ask(context: SetupContext, prompter: Prompter, steps: readonly Step[]): Promise<void> {
  const { id } = await context.route()
  const asked: Step[] = []
  for (const step of steps) if (await step.applies(context)) asked.push(step)
  let at = await firstStep(context, prompter, asked)
  let direction: 1 | -1 = 1
  for (;;) {
    const step = asked[at]
    if (step === undefined) break
    await noteStep(context.session.db, id, step.name)
    const end = await step.run(context, prompter)
    if (end === 'back' && at === 0) prompter.say('This is the first question; q ends the wizard.')
    if (end !== 'passed') direction = end === 'next' ? 1 : -1
    // Before the first there is nothing to go back to.
    else if (at === 0) direction = 1
    at = Math.max(0, at + direction)
  }
  await noteStep(context.session.db, id, null)
}

async function firstStep(context: SetupContext, prompter: Prompter, asked: readonly Step[]): Promise<number> {
  const { step } = await setupOf(context.session.db, (await context.route()).id)
  const at = asked.findIndex(({ name }) => name === step)
  if (at <= 0) return 0
  const goOn = await askYes(prompter, 'You have answered a part already. Go on where you were?', true)
  return goOn === false || goOn === BACK ? 0 : at
}
