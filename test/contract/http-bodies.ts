/** How the bodies of answers are taken apart for `Wire.alter`, and put together again. */
export type Bodies = {
  /** A part of the content type of the answers that it is about. */
  readonly type: string
  parse(text: string): unknown
  print(body: unknown): string
}

export const JSON_BODIES: Bodies = { type: 'json', parse: JSON.parse, print: JSON.stringify }
