export { type Clock, systemClock } from './clock.ts'
export {
  CommandNotFoundError,
  type CommandOptions,
  type CommandResult,
  type RunCommand,
  runCommand,
} from './command.ts'
export { type Log, silentLog } from './log.ts'
export { readRetryAfter, timeOfAnswer } from './retry-after.ts'
