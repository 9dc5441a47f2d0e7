import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { BACK, type Back, type Prompter, WizardLeft } from './prompter.ts'

/**
 * Asks at this process's terminal, by plain lines: what works over any connection. One reader for all questions, so that lines
 * which come ahead are answers to the next ones.
 */
export function terminalPrompter(signal: AbortSignal): Prompter {
  let muted = false
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!muted) process.stderr.write(chunk)
      done()
    },
  })
  const terminal = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 })
  const lines: string[] = []
  let closed = false
  let wake = () => {}
  terminal.on('line', (line) => {
    lines.push(line)
    wake()
  })
  const end = () => {
    closed = true
    wake()
  }
  terminal.on('close', end)
  // Whoever runs the services of this command stops them in order.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  signal.addEventListener('abort', end, { once: true })

  const next = async (until?: AbortSignal): Promise<string | Back> => {
    while (lines.length === 0 && !closed && until?.aborted !== true)
      await new Promise<void>((resolve) => {
        wake = resolve
        until?.addEventListener('abort', () => resolve(), { once: true })
      })
    until?.throwIfAborted()
    const line = lines.shift()?.trim()
    if (line === undefined || /^q(?:uit)?$/iu.test(line)) throw new WizardLeft()
    return /^b(?:ack)?$/iu.test(line) ? BACK : line
  }
  const goneBack = async (until: AbortSignal): Promise<Back> => {
    for (;;) if ((await next(until)) === BACK) return BACK
  }
  return {
    say: (...said) => {
      process.stderr.write(`${said.join('\n')}\n`)
    },
    async ask(question, usual) {
      terminal.setPrompt(usual === '' ? `${question}: ` : `${question} [${usual}]: `)
      terminal.prompt()
      const answer = await next()
      return answer === '' ? usual : answer
    },
    async askSecret(question) {
      process.stderr.write(`${question} (nothing is shown): `)
      muted = true
      try {
        return await next()
      } finally {
        muted = false
        process.stderr.write('\n')
      }
    },
    async waitFor(work) {
      const ended = new AbortController()
      const done = work(ended.signal)
      try {
        return await Promise.race([done, goneBack(ended.signal)])
      } finally {
        ended.abort()
        await Promise.allSettled([done])
      }
    },
    close: () => terminal.close(),
  }
}
