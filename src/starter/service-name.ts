/** The service on a side of the first route, as people call it. */
export function serviceName(side: 'left' | 'right'): string {
  return side === 'left' ? 'Follow Up Boss' : 'Todoist'
}
