export { backfill } from './backfill.ts'
export { connection } from './connection.ts'
export { sync } from './sync.ts'
export { task } from './task.ts'
