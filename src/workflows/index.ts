export { backfill } from './backfill.ts'
export { clean } from './clean.ts'
export { connection } from './connection.ts'
export { task } from './task.ts'
