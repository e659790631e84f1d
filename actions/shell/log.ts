import * as core from '@actions/core'
import type { Log } from '../../host/index.ts'

/** The step's log. What comes from outside cannot be read as a command by the runner. */
export const actionLog: Log = {
  debug: line => core.debug(harmless(line)),
  info: line => core.info(harmless(line)),
  // core escapes these three itself: they are commands of ours.
  warning: line => core.warning(line),
  error: line => core.error(line),
}

/**
 * Takes the meaning away from what the runner would read as a workflow command: `::` at the start of a line (whatever
 * blanks precede it), and the older `##[` anywhere (actions/runner, ActionCommand.cs). Nothing visible is lost.
 */
export function harmless(text: string): string {
  return text
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map(line => line.replace(/^(\s*):(?=:)/, '$1:\u200b').replaceAll('##[', '##\u200b['))
    .join('\n')
}
