import type { Reply } from './scripted-server.ts'

/** A deal as the service shows it (reference §8). */
export function dealRow(id: number, changes: object = {}): Record<string, unknown> {
  return {
    id,
    name: 'Baker: 123 Main St',
    type: 0,
    status: 'Active',
    price: 350000,
    createdAt: '2026-01-15T15:00:00Z',
    enteredStageAt: '2026-02-20T17:31:44Z',
    projectedCloseDate: '2026-04-30',
    pipelineId: 1,
    pipelineName: 'Buyers',
    stageId: 12,
    stageName: 'Under Contract',
    people: [{ id: 5001, name: 'Tom Baker', avatar: null }],
    users: [{ id: 7, name: 'Sam Agent' }],
    ...changes,
  }
}

/** A page of a list; `collection` is the key of its rows. */
export function pageOf(collection: string, rows: readonly unknown[], next: string | null = null): Reply {
  return {
    body: { _metadata: { collection, limit: 100, total: String(rows.length), next }, [collection]: rows },
  }
}
