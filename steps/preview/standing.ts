import { type Pull, sameLabel } from '../../github/index.ts'

/** The label that says that the image of the head commit is pushed: what the ApplicationSet `previews` selects. */
export const readyLabel = 'preview-ready'

/** What a pull request is to a preview, as it is now. */
export type Standing = 'closed' | 'fork' | 'not-asked' | 'wanted'

/** `label` is the one by which a person asks for a preview; empty where every pull request gets one. */
export function standingOf({ open, fork, labels }: Pull, label: string): Standing {
  if (!open) return 'closed'
  if (fork) return 'fork'
  return label === '' || labels.some(name => sameLabel(name, label)) ? 'wanted' : 'not-asked'
}

export function isLive({ labels }: Pull): boolean {
  return labels.some(name => sameLabel(name, readyLabel))
}
