import { ConfigurationError } from '../../configuration/index.ts'
import { nameSchema } from '../../gitops/fleet/index.ts'

/** Characters of a DNS label (RFC 1123). */
const longest = 63
/** The largest pull request's number that a name has room for. */
export const mostNumber = 9_999_999
/** What is left for the app's name: 44 characters. */
const mostApp = longest - `preview--pr-${mostNumber}`.length

/**
 * The name of a preview, of its Application, namespace and environment: `preview-<app>-pr-<number>`. No branch is in it,
 * so none can make it too long or meet another's; no two previews share one, as a number is digits alone. Throws a
 * ConfigurationError for an app or a number that does not fit.
 */
export function previewName(app: string, number: number): string {
  checkPreviewApp(app)
  checkNumber(number)
  return `preview-${app}-pr-${number}`
}

/** Throws a ConfigurationError for an app whose previews would have names that are too long. */
export function checkPreviewApp(app: string): void {
  if (nameSchema.safeParse(app).success && app.length <= mostApp) return
  throw new ConfigurationError({
    problem: `not the name of an app with previews: lower-case letters, digits and -, at most ${mostApp} characters`,
    place: { input: 'app' },
    value: app,
    cure: `A preview is named preview-<app>-pr-<number>, and DNS allows ${longest}: rename the app's folder, or go without previews`,
  })
}

function checkNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= mostNumber) return
  throw new ConfigurationError({
    problem: `not the number of a pull request, from 1 to ${mostNumber}`,
    place: { input: 'number' },
    value: number,
    cure: 'Run it on `pull_request`, or give the number',
  })
}
