/**
 * Whoever reads the output may stop before its end, as `head` does: what is left is dropped, and the command ends as it would have.
 * Any other error of these streams is thrown, as it would be by itself.
 */
export function outliveReaders(
  streams: readonly Pick<NodeJS.WriteStream, 'on'>[] = [process.stdout, process.stderr],
): void {
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
}

/** What a command answers, on stdout. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** One JSON document on stdout. */
export function printJson(value: unknown, out: Pick<NodeJS.WriteStream, 'write'> = process.stdout): void {
  out.write(`${JSON.stringify(value)}\n`)
}

/** What a command says on the way, on stderr. */
export function tell(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`)
}

/** Whether stderr may be painted over: a terminal, and nobody asked for plain text. */
export function paints(): boolean {
  return process.stderr.isTTY === true && !process.env.NO_COLOR
}

/** Whether somebody sits there who can answer a question. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}
