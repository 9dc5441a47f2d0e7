/** A description after a user has typed a line into it: above, below or inside the product's block, or through it. */
export function textWith(description: string, token: string, value: number): string {
  const n = Math.floor(value * 1000)
  const line = `note ${token}-${n} **bold** <b>&amp;</b> ☕`
  const lines = description === '' ? [] : description.split('\n')
  const fence = lines.lastIndexOf('---')
  const marker = lines.findLastIndex((one) => one.startsWith('dealbridge:'))
  const hasBlock = fence >= 0 && marker > fence
  const put = (at: number) => [...lines.slice(0, at), line, ...lines.slice(at)].join('\n')
  switch (n % 6) {
    case 0:
      return put(0)
    case 1:
      return put(lines.length)
    case 2:
      return put(hasBlock ? fence + 1 : lines.length)
    case 3:
      // The whole block goes, the user's text stays.
      return [...lines.slice(0, hasBlock ? fence : lines.length), line].join('\n')
    case 4:
      return [...lines.map((one, at) => (hasBlock && at === marker ? 'dealbridge:' : one)), line].join('\n')
    default:
      return put(hasBlock ? fence : 0)
  }
}
