import { paints } from './output.ts'

const WIDTH = 30
/** Between two lines where there is no bar to move, in steps of this share. */
const PLAIN_STEP = 0.25

/** How far something is: a bar on a terminal, a few plain lines elsewhere. Goes to stderr. */
export class ProgressBar {
  readonly #title: string
  readonly #painted: boolean
  readonly #write: (text: string) => void
  #lastText = ''
  #lastStep = -1

  constructor(
    title: string,
    painted = paints(),
    write: (text: string) => void = (text) => process.stderr.write(text),
  ) {
    this.#title = title
    this.#painted = painted
    this.#write = write
  }

  say(text: string): void {
    const line = `${this.#title}: ${text}`
    if (line === this.#lastText) return
    this.#lastText = line
    this.#write(this.#painted ? `\r\u001b[2K${line}` : `${line}\n`)
  }

  show(done: number, total: number): void {
    const share = total === 0 ? 0 : done / total
    if (this.#painted) {
      const full = Math.round(share * WIDTH)
      this.say(`[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}] ${done} of ${total}`)
      return
    }
    const step = Math.floor(share / PLAIN_STEP)
    if (step === this.#lastStep) return
    this.#lastStep = step
    this.say(`${done} of ${total}`)
  }

  done(text: string): void {
    this.say(text)
    if (this.#painted) this.#write('\n')
  }
}
