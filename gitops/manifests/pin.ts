/** What a kustomization's `images` entry says about one image; a part it does not name, or leaves empty, is missing. */
export type Pin = { newName?: string; tag?: string; digest?: string }

/**
 * Reads the pin of `image` in a cluster folder's kustomization.yaml: of the one `images` entry whose `name` or
 * `newName` is that repository. Throws a ConfigurationError with its place when there is none, or more than one.
 */
export function readPin(_text: string, _file: string, _image: string): Pin {
  throw new Error('not written yet')
}

/**
 * Gives the text with the pin of `image` set to `to`; every byte outside the values stays, and a pin that says so
 * already gives the same text. Throws a ConfigurationError with the place of what cannot be edited without guessing.
 */
export function setPin(
  _text: string,
  _file: string,
  _image: string,
  _to: { repository: string; tag: string; digest: string },
): string {
  throw new Error('not written yet')
}
