/** What a stream can show. `width`: cells of a line; null where nobody looks at lines, of a file or another program. */
export type Screen = { readonly width: number | null; readonly colours: boolean }

type Stream = { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined }

const USUAL_WIDTH = 80

/**
 * A terminal gets lines that fit and colours. NO_COLOR (any text, https://no-color.org) takes colours away, FORCE_COLOR
 * (any text but 0) gives them to what is no terminal, too; the former counts where both are set.
 */
export function screenOf(
  stream: Stream = process.stdout,
  env: Readonly<NodeJS.Dict<string>> = process.env,
): Screen {
  const terminal = stream.isTTY === true
  return {
    width: terminal ? (stream.columns ?? USUAL_WIDTH) : null,
    colours: !env.NO_COLOR && (isForced(env.FORCE_COLOR) || (terminal && env.TERM !== 'dumb')),
  }
}

function isForced(text: string | undefined): boolean {
  return text !== undefined && text !== '' && text !== '0'
}
