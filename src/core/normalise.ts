/** One line of text: NFC, control characters dropped, runs of white space made one blank, trimmed. */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}|\p{Cs}/gu, '')
    .normalize('NFC')
    .replace(/ +/gu, ' ')
    .trim()
}

/** Many lines: NFC, `\n` line ends, control characters other than tab and newline dropped, trailing space cut. */
export function manyLines(text: string): string {
  return text
    .replace(/\r\n?/gu, '\n')
    .replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, '')
    .normalize('NFC')
    .trimEnd()
}

/** The first `limit` code points, without white space at the cut. Services count code points, not UTF-16 units. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const points = Array.from(text)
  return points.length <= limit ? text : points.slice(0, limit).join('').trimEnd()
}

/** Labels as a sorted set, empty names dropped. */
export function labelSet(labels: readonly string[]): string[] {
  return [...new Set(labels.map(oneLine).filter((label) => label !== ''))].sort()
}
