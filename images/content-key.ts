/** The label that holds an image's content key: what went into it, as the kit's build counted it. */
export const contentKeyLabel = 'dev.stovepipe.content-key'

/**
 * The content key in an image's labels: 64 hex digits, the same for every commit whose build has the same ingredients.
 * Undefined where there is none, or something else is written there. It is a claim of who pushed the image.
 */
export function contentKeyOf(labels: Readonly<Record<string, string>>): string | undefined {
  const key = labels[contentKeyLabel]
  return key !== undefined && /^[0-9a-f]{64}$/.test(key) ? key : undefined
}

/** The tag that an image with this content key has in its repository. */
export function contentTag(key: string): string {
  return `content-${key}`
}
