/**
 * An answer that is good for a time; whoever asks while one is worked out gets that one. A failure is not kept. `now`: milliseconds.
 */
export function cached<T>(
  forMs: number,
  ask: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let known: { readonly at: number; readonly answer: Promise<T> } | null = null
  return () => {
    if (known !== null && now() - known.at < forMs) return known.answer
    const asked = { at: now(), answer: ask() }
    known = asked
    asked.answer.catch(() => {
      if (known === asked) known = null
    })
    return asked.answer
  }
}
