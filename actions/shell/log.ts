import * as core from '@actions/core'
import type { Place } from '../../configuration/index.ts'
import type { Log } from '../../host/index.ts'

/** The step's log. What comes from outside cannot be read as a command by the runner. */
export const actionLog: Log = {
  debug: line => core.debug(harmless(line)),
  info: line => core.info(harmless(line)),
  // core escapes these itself: they are commands of ours.
  warning: (line, place) => core.warning(line, annotation(place)),
  error: (line, place) => core.error(line, annotation(place)),
}

/** A place as core takes it; what an input brought has no place in a file. */
function annotation(place: Place | undefined): core.AnnotationProperties {
  if (place === undefined || 'input' in place) return {}
  const { file, line, column } = place
  return { file, ...(line !== undefined && { startLine: line }), ...(column !== undefined && { startColumn: column }) }
}

/**
 * Takes the meaning away from what the runner would read as a workflow command: `::` at the start of a line (whatever
 * blanks precede it), and the older `##[` anywhere (actions/runner, ActionCommand.cs). Nothing visible is lost. Blank is
 * what .NET's `TrimStart` takes for it: all that JavaScript does, and U+0085.
 */
export function harmless(text: string): string {
  return text
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map(line => line.replace(/^([\s\u0085]*):(?=:)/, '$1:\u200b').replaceAll('##[', '##\u200b['))
    .join('\n')
}
