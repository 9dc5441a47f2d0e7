/** Rows of a list that become text at once: about 100 kB of tasks. */
const ROWS = 100

/**
 * The JSON of a value, in pieces: whoever makes it long can do other things in between. Long lists are cut, at
 * whatever depth of objects they lie; one row is never. Together they are what `JSON.stringify` gives.
 */
export function* jsonPieces(value: unknown): Generator<string> {
  if (Array.isArray(value) && value.length > ROWS) {
    for (let from = 0; from < value.length; from += ROWS) {
      const rows = JSON.stringify(value.slice(from, from + ROWS)).slice(1, -1)
      yield `${from === 0 ? '[' : ','}${rows}`
    }
    yield ']'
  } else if (isObject(value)) {
    let before = '{'
    for (const [key, inner] of Object.entries(value)) {
      // JSON has no word for these, and leaves the key out.
      if (inner === undefined || typeof inner === 'function') continue
      yield `${before}${JSON.stringify(key)}:`
      yield* jsonPieces(inner)
      before = ','
    }
    yield before === '{' ? '{}' : '}'
  } else {
    yield JSON.stringify(value)
  }
}

/** The same in fewer pieces, none shorter than `length` but the last. */
export function* gathered(pieces: Iterable<string>, length: number): Generator<string> {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < length) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('toJSON' in value)
}
