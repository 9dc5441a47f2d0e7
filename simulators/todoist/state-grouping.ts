/** Objects by what they lie in, their present values: what is in a place costs as much as is there. */
export class Grouping<T extends { id: string }> {
  private readonly placeOf: (object: T) => string | null
  private readonly places = new Map<string, Map<string, T>>()

  /** `placeOf`: the id of what an object lies in, null for none. */
  constructor(placeOf: (object: T) => string | null) {
    this.placeOf = placeOf
  }

  /** Takes an object's new value; `before` is the one it replaces. */
  put(object: T, before: T | undefined): void {
    const place = this.placeOf(object)
    const old = before === undefined ? null : this.placeOf(before)
    if (old !== null && old !== place) this.places.get(old)?.delete(object.id)
    if (place === null) return
    const group = this.places.get(place)
    if (group === undefined) this.places.set(place, new Map([[object.id, object]]))
    else group.set(object.id, object)
  }

  /** In the order in which they came to the place. */
  in(place: string): T[] {
    return [...(this.places.get(place)?.values() ?? [])]
  }
}
