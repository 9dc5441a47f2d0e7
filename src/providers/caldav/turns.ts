/**
 * Lets a few at once through for each key; the others wait for their turn, in their order. `alone`: it waits until nobody is
 * under way, and nobody comes in beside it.
 */
export function createTurns(atOnce: number) {
  const lanes = new Map<string, Lane>()
  return async <T>(key: string, work: () => Promise<T>, alone = false): Promise<T> => {
    const lane = lanes.get(key) ?? { free: atOnce, waiting: [] }
    lanes.set(key, lane)
    const places = alone ? atOnce : 1
    await new Promise<void>((go) => {
      lane.waiting.push({ places, go })
      letIn(lane)
    })
    try {
      return await work()
    } finally {
      lane.free += places
      letIn(lane)
      if (lane.free === atOnce) lanes.delete(key)
    }
  }
}

type Lane = { free: number; waiting: { readonly places: number; readonly go: () => void }[] }

/** Whoever is first waits for as many places as he takes; those behind him do not overtake him. */
function letIn(lane: Lane): void {
  for (let [first] = lane.waiting; first !== undefined && first.places <= lane.free; [first] = lane.waiting) {
    lane.waiting.shift()
    lane.free -= first.places
    first.go()
  }
}
