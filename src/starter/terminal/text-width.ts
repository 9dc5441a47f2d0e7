const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** East Asian letters that terminals draw two cells wide (Unicode, EastAsianWidth.txt, W and F), in blocks. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u
/** Drawn as a picture of two cells: by itself, or because U+FE0F asks for it. */
const PICTURE = /^\p{Emoji_Presentation}|^\p{Extended_Pictographic}.*\ufe0f|^\p{Regional_Indicator}{2}/u
const NOTHING = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}]+$/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins a colour is one
const PAINT = /\u001b\[[0-9;]*m/gu

/** How many cells of a terminal a text takes. Colours take none. */
export function textWidth(text: string): number {
  let cells = 0
  for (const { segment } of graphemes.segment(text.replace(PAINT, ''))) cells += cellsOf(segment)
  return cells
}

/** As much of a text as fits into so many cells, with `…` for what does not. The text carries no colour. */
export function fitted(text: string, cells: number): string {
  if (textWidth(text) <= cells) return text
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const next = cellsOf(segment)
    if (used + next > cells - 1) break
    kept += segment
    used += next
  }
  return `${kept.trimEnd()}…`
}

function cellsOf(grapheme: string): number {
  if (NOTHING.test(grapheme)) return 0
  return WIDE.test(grapheme) || PICTURE.test(grapheme) ? 2 : 1
}
