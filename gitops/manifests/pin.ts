import { cursorAt } from './cursor.ts'
import { readImages, setImage } from './image.ts'
import { kustomizationSites } from './kustomization.ts'
import { readSource } from './source.ts'
import { type Edit, splice } from './splice.ts'

/**
 * What a kustomization's `images` entry says about one image; a part it does not name, or leaves empty, is missing.
 * `newName` is given when another repository is deployed than the one that was asked for.
 */
export type Pin = { newName?: string; tag?: string; digest?: string }

/**
 * Reads the pin of `image` in a cluster folder's kustomization.yaml: of the one `images` entry whose `name` or
 * `newName` is that repository. Throws a ConfigurationError with its place when there is no such entry, or a second.
 */
export function readPin(text: string, file: string, image: string): Pin {
  const [{ repository, ...pin } = {}] = readImages(text, file, { shape: 'kustomization', image })
  return { ...(repository !== undefined && repository !== image && { newName: repository }), ...pin }
}

/**
 * Gives the text with the pin of `image` set to `to`; every byte outside the values stays, and a pin that says so
 * already gives the same text. Throws a ConfigurationError with the place of what cannot be edited without guessing.
 */
export function setPin(
  text: string,
  file: string,
  image: string,
  to: { repository: string; tag: string; digest: string },
): string {
  return setImage(text, file, { shape: 'kustomization', image }, to).text
}

/** Gives the text with the pin of `image` emptied: nothing was released yet. Every byte outside the values stays. */
export function clearPin(text: string, file: string, image: string): string {
  const edits = readSource(text, file)
    .flatMap(root => kustomizationSites(cursorAt(root), image))
    .flatMap(({ tag, digest }) => [tag, digest])
    .flatMap((at): Edit[] => {
      if (!at || at.node.start < 0) return []
      const { start, end, style } = at.node
      return [{ start, end, text: style === 'plain' ? '""' : '' }]
    })
  return splice(text, edits)
}
