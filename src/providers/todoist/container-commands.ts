import { v5 } from 'uuid'
import { joinDescription } from '../../core/description-block.ts'
import { markerRow } from '../../core/marker-row.ts'
import { cut, oneLine } from '../../core/normalise.ts'
import type { ContainerRef, NewContainer } from '../contract.ts'
import type { Command } from './client.ts'
import { invalid } from './errors.ts'

/** Names the temporary ids: the same for every attempt of a command, and apart from its uuid. */
const TEMP_IDS = '3b0f4c1e-6d0b-5c55-9a0c-8d3f1f3a7c21'
/** Help centre's numbers, in code points; of a project the service cuts what is above 255 without a word (reference §14.2). */
const NAME_LIMITS = { project: 120, section: 2048 } as const

export function tempId(key: string): string {
  return v5(key, TEMP_IDS)
}

/** The two sorts of containers that Todoist has. */
export type ContainerKind = keyof typeof NAME_LIMITS

/** Throws ProviderError `invalid` for a kind that Todoist does not have. */
export function kindOf({ kind }: Pick<ContainerRef, 'kind'>): ContainerKind {
  if (kind === 'list') throw invalid('Todoist has projects and sections, and no lists.')
  return kind
}

/** The command that makes a container. `parent`: of a section its project, of a project the one above it; it may be temporary. */
export function newContainerCommand({ key, name, marker, link, parent, ...which }: NewContainer): Command {
  const kind = kindOf(which)
  if (kind === 'section' && parent === null) throw invalid('A Todoist section needs its project.')
  const above = kind === 'section' ? { project_id: parent } : parent === null ? {} : { parent_id: parent }
  return {
    type: `${kind}_add`,
    uuid: key,
    temp_id: tempId(key),
    args: {
      name: containerName(kind, name),
      description: containerDescription('', marker, link ?? null),
      ...above,
    },
  }
}

export function containerName(kind: ContainerKind, name: string): string {
  return cut(oneLine(name), NAME_LIMITS[kind]) || 'Dealbridge'
}

/** A container's description: the user's own text, then the line that leads to what it stands for, and our marker. */
export function containerDescription(text: string, marker: string | null, link: string | null): string {
  if (text === '' && link === null && marker !== null) return markerRow(marker)
  return joinDescription(text, link === null ? [] : [link], marker)
}
