import type { KnownDeal } from '../activities/deals/known-deal.ts'
import type { Telling } from '../core/deal-labels.ts'
import { quoted } from './command-name.ts'
import { noSectionWords } from './deal-words.ts'
import { shorten } from './task-words.ts'

/** To which deal a task belongs, who said so, where it lies, and why. `pair`: its number. */
export function knownDealLines(known: KnownDeal | null, pair: string): string[] {
  if (known === null) return []
  const { tell } = known
  return [
    `  deal: ${dealWords(known, pair)}`,
    ...(tell === null || tell.kind === 'several' ? [] : [`    ${tellWords(tell)}`]),
    ...placeLines(known),
  ]
}

function dealWords({ deal, by, listed, tell }: KnownDeal, pair: string): string {
  if (deal !== null) {
    const name =
      deal.name === '' ? '' : ` “${shorten(deal.name)}”${deal.stage === '' ? '' : `, ${deal.stage}`}`
    const who =
      by === 'user'
        ? 'its user said so, by moving it, by a label or by a command'
        : 'by rule: it is the only one that its person can mean, or the one in whose section or list it was made'
    return `${deal.id}${name} (${who})`
  }
  const link = quoted(`deals link ${pair} <deal>`)
  if (!listed) return 'nobody knows yet: the CRM has not told of its deals'
  if (by === 'user') return `none, as its user said; ${link} links it`
  if (tell?.kind === 'several')
    return `none: it may belong to ${tell.deals.join(', ')}, and nobody guesses; ${link} says which`
  return 'none: its person is on no deal, or nobody knows its person'
}

function tellWords(tell: Exclude<Telling, { kind: 'several' }>): string {
  switch (tell.kind) {
    case 'unknown-deal':
      return `its label ${tell.label} names a deal that there is not`
    case 'not-on-deal':
      return `it was meant for deal ${tell.deal}, on which its person is not`
    case 'first-of-several':
      return `several people are on deal ${tell.deal}; it went to ${tell.person}, the first of them`
    case 'ended':
      return `deal ${tell.deal} is archived or deleted in the CRM; the task goes back to it when it is active again`
  }
}

function placeLines({ place, names, deal, why, label, left }: KnownDeal): string[] {
  if (place === null) return []
  const where = names.map((name) => `“${shorten(name)}”`).join(' / ')
  switch (place.kind) {
    case 'deal':
      return [`    it lies in ${where}, the section of deal ${place.deal}`]
    case 'general':
      return [
        `    it lies in ${where}${deal === null ? '' : `: tasks of its deal lie ${noSectionWords({ why })}`}`,
      ]
    case 'stage':
      return [`    it lies in ${where}, outside the sections, where its user put it`]
    case 'list':
      return [
        left
          ? `    it lies in ${where}, where its user has put it again after it was sent back`
          : `    it lies in ${where}, the list of a stage`,
        ...(label === null ? [] : [`    its label “${shorten(label)}” says the deal`]),
      ]
    case 'elsewhere':
      return ['    it lies in a project of its user’s own, and stays there']
  }
}
