/**
 * The exit codes of every command, as a table for the README and the help. A script can tell what to do next from the
 * code alone: 0 go on, 5 run the same command again, 3 and 4 tell a person, 2 correct the call, 1 report a fault.
 */
export const exitCodes = {
  done: 0,
  fault: 1,
  configuration: 2,
  bad: 3,
  stopped: 4,
  unfinished: 5,
  cancelled: 130,
} as const

export type Ending = keyof typeof exitCodes

export type ExitCode = (typeof exitCodes)[Ending]

/** What each ending means, for people. */
export const endings: Readonly<Record<Ending, string>> = {
  done: 'Done, or nothing to do: `promoted`, `nothing-to-do`, `Successful`; also `superseded`, as a newer release carries on',
  fault: 'An unexpected fault, of the kit or of something it talks to; the message carries its causes',
  configuration: 'Bad input or configuration: nothing was written; the message names the place, the value and the cure',
  bad: 'The release was judged bad: `rolled-back`, `Failed`',
  stopped: 'Stopped, and needs a person: `blocked`, `incomplete`, `refused`, `suspended`, `rollback-failed`',
  unfinished: 'Not finished: run the same command again: `waiting`, `Inconclusive`, `Error`',
  cancelled: 'Cancelled by Ctrl-C or SIGTERM',
}
