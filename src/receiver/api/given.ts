/** An object without what is undefined: what was left out stays as it is. */
export type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>
}
