import type { DealNow, SectionNow } from '../../core/home-step.ts'
import type { ContainerRow } from '../../store/containers.ts'
import type { DealHomeRow } from '../../store/deal-homes.ts'
import type { Sections } from '../plan/sections.ts'
import type { RouteDeals } from '../route-deals.ts'

/** `eager`: its route makes sections before there are tasks. */
type Told = { readonly coming: number; readonly sticky: ReadonlySet<string>; readonly eager: boolean }

/**
 * A deal with its sections, in the words of the core. `coming`: open tasks that are to lie in them and do not yet; `sticky`: ids
 * of the sections that could not be taken away.
 */
export async function dealNow(
  deals: RouteDeals,
  sections: Sections,
  home: DealHomeRow,
  { coming, sticky, eager }: Told,
): Promise<DealNow> {
  const { dealId, movedBackIn } = home
  return {
    home: deals.homeOf(dealId)?.key ?? null,
    eager,
    closed: deals.facts(dealId)?.closed === true,
    stage: deals.book.deals.get(dealId)?.stage ?? '',
    movedBackIn,
    name: await sections.nameOf(dealId),
    link: sections.linkOf(dealId),
    coming,
    sections: sections.of(dealId).map((section) => sectionNow(sections, section, sticky)),
  }
}

function sectionNow(sections: Sections, section: ContainerRow, sticky: ReadonlySet<string>): SectionNow {
  const project = sections.byId(section.parentId)
  // What lies in a project that its user put away is put away with it.
  const hidden = sections.hiddenWith(section)
  return {
    id: section.id,
    made: section.remoteId !== null,
    state: hidden ?? section.state,
    putAway: section.putAway && hidden === null,
    name: section.name,
    shownName: section.shownName,
    link: section.link,
    place: {
      home: project?.subject ?? '',
      project: project?.remoteId ?? null,
      shown: section.shownParent,
    },
    open: sections.openIn(section.id),
    crowded: sections.isCrowded(section),
    spare: sections.roomFor(section)?.id ?? null,
    sticks: sticky.has(section.id),
  }
}
