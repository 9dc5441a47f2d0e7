/** Left is Follow Up Boss, right is Todoist. */
export type Side = 'left' | 'right'
export const SIDES: readonly Side[] = ['left', 'right']
export const otherThan = (side: Side): Side => (side === 'left' ? 'right' : 'left')
export const NAMES: Readonly<Record<Side, string>> = { left: 'Follow Up Boss', right: 'Todoist' }
