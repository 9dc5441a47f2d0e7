import { isPlace, PLACE_FIELDS } from '../../core/place.ts'
import { FIELDS, type Field } from '../../core/task.ts'
import type { Capabilities } from '../contract.ts'

/**
 * Two characters of services. `feed`: deltas with tombstones, keys that are deduplicated, markers and what else goes
 * beside the fields, containers,
 * credentials that end, webhooks set up by hand (as Todoist). `bare`: a window of changes, no key, no marker, no trace
 * of deletions, tasks that belong to people and people to deals, webhooks that the program registers (as Follow Up Boss).
 */
export type Flavour = 'feed' | 'bare'

export function capabilitiesOf(flavour: Flavour): Capabilities {
  const feed = flavour === 'feed'
  const held = new Set<Field>(feed ? FIELDS : ['title', 'due', 'type', 'completed'])
  return {
    fields: Object.fromEntries(
      FIELDS.map((field) => [field, held.has(field) ? 'rw' : 'none']),
    ) as Capabilities['fields'],
    steps: feed
      ? [
          { name: 'fields', fields: FIELDS.filter((field) => field !== 'completed' && !isPlace(field)) },
          { name: 'move', fields: PLACE_FIELDS },
          { name: 'completion', fields: ['completed'] },
        ]
      : [
          { name: 'fields', fields: ['title', 'type', 'completed'] },
          { name: 'due', fields: ['due'] },
        ],
    writeBatch: 100,
    readBatch: 100,
    createIdentity: feed ? 'server-deduplicates' : 'search',
    versionTells: !feed,
    guardsWrites: false,
    marker: feed,
    notices: feed,
    needsPerson: !feed,
    containers: feed,
    parentAcrossLists: false,
    changes: feed ? 'delta' : 'window',
    webhooks: true,
    listsCompleted: true,
    rollsBack: [],
    tombstones: feed,
  }
}
