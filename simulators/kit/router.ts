import type { Route } from './http-types.ts'

export interface RouteMatch {
  route: Route
  params: Record<string, string>
}

interface Compiled {
  route: Route
  parts: readonly string[]
}

/**
 * Finds the route of a method and path. Fixed parts win over `{name}` parts when the fixed route is listed
 * first; a path that fits a template only with another method is not a match.
 */
export function createRouter(
  routes: readonly Route[],
): (method: string, path: string) => RouteMatch | undefined {
  const byShape = new Map<string, Compiled[]>()
  for (const route of routes) {
    const parts = route.path.split('/')
    const shape = `${route.method} ${parts.length}`
    const list = byShape.get(shape) ?? []
    list.push({ route, parts })
    byShape.set(shape, list)
  }
  return (method, path) => {
    const given = path.split('/')
    for (const { route, parts } of byShape.get(`${method} ${given.length}`) ?? []) {
      const params = bind(parts, given)
      if (params !== undefined) return { route, params }
    }
    return undefined
  }
}

function bind(template: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [index, part] of template.entries()) {
    const value = given[index] ?? ''
    if (part.startsWith('{') && part.endsWith('}')) {
      if (value === '') return undefined
      params[part.slice(1, -1)] = decode(value)
    } else if (part !== value) return undefined
  }
  return params
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
