export { backfill } from './backfill.ts'
export { connection } from './connection.ts'
export { task } from './task.ts'
