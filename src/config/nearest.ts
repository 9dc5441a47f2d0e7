/** What was probably meant: a candidate that only goes on after `name`, else the one with the fewest edits, if few. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const longer = candidates.find((candidate) => candidate.startsWith(`${name}_`))
  if (longer !== undefined) return longer
  let best: { candidate: string; edits: number } | undefined
  for (const candidate of candidates) {
    const edits = editDistance(name, candidate)
    if (best === undefined || edits < best.edits) best = { candidate, edits }
  }
  return best !== undefined && best.edits <= Math.max(2, name.length / 4) ? best.candidate : undefined
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const swap = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
