/*
 * What the section of a deal needs next. Each step is one write, after which the same question is asked again: so whatever is
 * half done, by us or by anybody, is repaired forward.
 */

/** Where a section lies as we know it: in a project of this home. `shown`: the project in which the service shows it. */
export type SectionPlace = {
  readonly home: string
  readonly project: string | null
  readonly shown: string | null
}

/**
 * A section of a deal. `putAway`: we have archived it. `name`: as we gave it; `shownName`: as the service shows it, null where
 * it has not told. `link`: the line in its description that leads to the deal's person, as we wrote it. `open`: open tasks that lie in it. `crowded`: its project is too full for one more of them, or
 * for the section itself, where that is put away. `spare`: the
 * earlier project of the same home into which it goes, so that its own, nearly empty, can be given up; else null. `sticks`:
 * somebody has put something into it that we do not know, so that it was not put away.
 */
export type SectionNow = {
  readonly id: string
  readonly made: boolean
  readonly state: 'active' | 'full' | 'archived' | 'gone'
  readonly putAway: boolean
  readonly name: string
  readonly shownName: string | null
  readonly place: SectionPlace
  readonly link: string | null
  readonly open: number
  readonly crowded: boolean
  readonly spare: string | null
  readonly sticks: boolean
}

/**
 * A deal with its sections. `home`: null where its tasks belong into General. `closed`: its stage is. `stage`: its stage's id;
 * `link`: the line that is to lead to its person; `eager`: it is to have a section before it has tasks. `movedBackIn`: the one in which a section was moved back last. `coming`: open tasks that are to lie in it and do not yet.
 */
export type DealNow = {
  readonly home: string | null
  readonly closed: boolean
  readonly eager: boolean
  readonly stage: string
  readonly movedBackIn: string | null
  readonly name: string
  readonly link: string | null
  readonly coming: number
  readonly sections: readonly SectionNow[]
}

export type HomeStep =
  /** Into a project of the deal's home with room for it. */
  | { readonly kind: 'move'; readonly section: string }
  | { readonly kind: 'give-up'; readonly section: string; readonly to: string }
  | { readonly kind: 'move-back'; readonly section: string }
  | { readonly kind: 'rename'; readonly section: string; readonly name: string }
  | { readonly kind: 'relink'; readonly section: string; readonly link: string | null }
  | { readonly kind: 'archive' | 'unarchive'; readonly section: string }
  /** Its first one is made, without a task. */
  | { readonly kind: 'begin' }
  /** One of several, and nothing is in it. */
  | { readonly kind: 'remove'; readonly section: string }
  | { readonly kind: 'rest'; readonly trouble: HomeTrouble | null }

/** Why a deal waits for a person: a user deleted or archived its section, or moved it and it stays there. */
export type HomeTrouble = 'home-gone' | 'moved-away'

/** The next write, or why there is none. */
export function nextHomeStep(deal: DealNow): HomeStep {
  if (wantsFirst(deal)) return { kind: 'begin' }
  const made = deal.sections.filter((section) => section.made)
  const ours = made.filter((section) => !isTakenAway(section))
  let trouble: HomeTrouble | null = ours.length < made.length ? 'home-gone' : null
  for (const section of ours) {
    const step = isSurplus(section, ours, deal)
      ? ({ kind: 'remove', section: section.id } as const)
      : stepFor(section, deal)
    if (step === 'moved-away') trouble ??= step
    else if (step !== null) return step
  }
  return { kind: 'rest', trouble }
}

/** A task that is on its way into one that is not there yet makes it. */
function wantsFirst({ eager, home, closed, sections }: DealNow): boolean {
  return eager && home !== null && !closed && sections.every(({ made, open }) => !made && open === 0)
}

/** By its user: what becomes of it is for a person to say. */
function isTakenAway({ state, putAway }: SectionNow): boolean {
  return state === 'gone' || (state === 'archived' && !putAway)
}

/** An empty one beside another; of several empty ones the first stays. */
function isSurplus(section: SectionNow, ours: readonly SectionNow[], { home, coming }: DealNow): boolean {
  if (home === null || section.putAway || section.open + coming > 0) return false
  if (section.sticks || isNamedByUser(section)) return false
  const others = ours.filter(({ id, putAway }) => id !== section.id && !putAway)
  return (
    others.some((other) => other.open > 0) ||
    others.some((other) => ours.indexOf(other) < ours.indexOf(section))
  )
}

function isNamedByUser({ name, shownName }: SectionNow): boolean {
  return shownName !== null && shownName !== name
}

function stepFor(section: SectionNow, deal: DealNow): HomeStep | 'moved-away' | null {
  const { id, place, putAway, open, sticks } = section
  // Its tasks leave it first: an archive hides them without a word.
  if (deal.home === null) return open > 0 || putAway || sticks ? null : { kind: 'archive', section: id }
  const wanted = !deal.closed || open + deal.coming > 0
  if (putAway && !wanted) return null
  // Where its old project has no room for it, it comes out of the archive in another one.
  if (putAway) return { kind: section.crowded ? 'move' : 'unarchive', section: id }
  if (place.home !== deal.home || (section.crowded && deal.coming > 0)) return { kind: 'move', section: id }
  if (place.shown !== null && place.project !== null && place.shown !== place.project)
    return deal.movedBackIn === deal.stage ? 'moved-away' : { kind: 'move-back', section: id }
  if (!wanted && !sticks) return { kind: 'archive', section: id }
  if (!isNamedByUser(section) && section.name !== deal.name)
    return { kind: 'rename', section: id, name: deal.name }
  if (section.link !== deal.link) return { kind: 'relink', section: id, link: deal.link }
  // What is still to come into it may be what its project had no more room for.
  return section.spare === null || deal.coming > 0
    ? null
    : { kind: 'give-up', section: id, to: section.spare }
}
