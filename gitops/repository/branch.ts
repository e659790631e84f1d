import { ConfigurationError } from '../../configuration/index.ts'

/**
 * Checks a branch's name by the rules of `git check-ref-format --branch`, so that it can neither be an option nor a
 * refspec, and gives it back without a leading `refs/heads/`. Throws a ConfigurationError otherwise.
 */
export function checkBranch(text: string): string {
  const branch = text.replace(/^refs\/heads\//, '')
  if (branch.length <= 255 && branch.isWellFormed() && !forbidden.some(pattern => pattern.test(branch))) return branch
  throw new ConfigurationError({
    problem: 'not the name of a Git branch',
    place: { input: 'branch' },
    value: text,
    cure: 'Write the branch without refs/heads/, such as main',
  })
}

const forbidden: readonly RegExp[] = [
  /^$/,
  /^-/,
  /^@$/,
  /^HEAD$/,
  /^refs\//,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  /[\u0000-\u0020\u007f-\u009f\u2028\u2029~^:?*[\\]/,
  /\.\./,
  /@\{/,
  /(?:^|\/)(?:\.|\/|$)/,
  /\.lock(?:\/|$)/,
  /\.$/,
]
