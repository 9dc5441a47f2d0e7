import type { SetupContext } from './context.ts'
import type { Prompter } from './prompter.ts'

/** `passed`: nothing was asked, so whoever goes back goes on going back. */
export type StepEnd = 'next' | 'back' | 'passed'

/** One question of the wizard, or a few that belong together. `name`: by which the record knows where it was left. */
export type Step = {
  readonly name: string
  /** False where there is nothing to be asked. */
  applies(context: SetupContext): Promise<boolean>
  /** What is answered is kept at once, as a draft. */
  run(context: SetupContext, prompter: Prompter): Promise<StepEnd>
}
