/**
 * A description after a user has typed a line into it: above, below or inside the product's block, or through it; or words
 * onto the block's last line.
 */
export function textWith(description: string, token: string, value: number): string {
  const n = Math.floor(value * 1000)
  const words = `note ${token}-${n} **bold** <b>&amp;</b> ☕`
  const lines = description === '' ? [] : description.split('\n')
  const fence = lines.lastIndexOf('---')
  const marker = lines.findLastIndex((one) => one.includes('dealbridge:'))
  const hasBlock = fence >= 0 && marker > fence
  const put = (at: number) => [...lines.slice(0, at), words, ...lines.slice(at)].join('\n')
  const onto = (edited: (line: string) => string) =>
    hasBlock ? lines.map((one, at) => (at === marker ? edited(one) : one)).join('\n') : put(lines.length)
  switch (n % 11) {
    case 0:
      return put(0)
    case 1:
      return put(lines.length)
    case 2:
      return put(hasBlock ? fence + 1 : lines.length)
    case 3:
      // The whole block goes, the user's text stays.
      return [...lines.slice(0, hasBlock ? fence : lines.length), words].join('\n')
    case 4:
      return [...lines.map((one, at) => (hasBlock && at === marker ? 'dealbridge:' : one)), words].join('\n')
    case 5:
      return onto((line) => `${line} ${words}`)
    case 6:
      return onto((line) => `${line}${words}`)
    case 7:
      return onto((line) => line.replace('dealbridge: ', `dealbridge: ${words} `))
    case 8:
      return onto((line) => `${words} ${line}`)
    case 9:
      return onto((line) => line.replace('/task/', `/ta ${words} sk/`))
    default:
      return put(hasBlock ? fence : 0)
  }
}
