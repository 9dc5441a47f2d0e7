import { createInterface } from 'node:readline/promises'

/** Asks the person at the terminal; anything but yes is no. */
export async function confirmed(question: string, signal: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `, signal))
}

/** One line from the terminal; empty when it is closed. Ctrl-C is the whole process's. */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
  try {
    return (await Promise.race([terminal.question(question, { signal }), closed])).trim()
  } finally {
    terminal.close()
  }
}
