/** The answer `b`: back to the question before. */
export const BACK = Symbol('back')
export type Back = typeof BACK

/** The person has ended the wizard, or the terminal is closed. */
export class WizardLeft extends Error {
  override readonly name = 'WizardLeft'
}

/** Who asks a person, line by line. Every question may be answered by `b` (BACK) or `q`, which throws WizardLeft. */
export type Prompter = {
  say(...lines: readonly string[]): void
  /** A line; an empty one is `usual`, which is shown. */
  ask(question: string, usual: string): Promise<string | Back>
  /** Nothing is shown while it is typed, and nothing after. */
  askSecret(question: string): Promise<string | Back>
  /** Does what takes a while; `b` gives it up, which fires its signal. Other lines count for nothing meanwhile. */
  waitFor<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | Back>
  close(): void
}

/** Yes or no. */
export async function askYes(prompter: Prompter, question: string, usual: boolean): Promise<boolean | Back> {
  for (;;) {
    const answer = await prompter.ask(`${question} (y or n)`, usual ? 'y' : 'n')
    if (answer === BACK) return BACK
    if (/^y(?:es)?$/iu.test(answer)) return true
    if (/^no?$/iu.test(answer)) return false
    prompter.say('Answer y or n.')
  }
}
