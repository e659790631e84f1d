import type { BuildInputs } from '../../steps/build/index.ts'

/** The inputs of a build as a workflow gives them that says nothing but, in a test, the image and what it is about. */
export const buildInputs: BuildInputs = {
  image: '',
  context: '.',
  file: '',
  target: '',
  platforms: '',
  'build-args': '',
  labels: '',
  secrets: '',
  'cache-from': '',
  'cache-to': '',
  sbom: '',
  provenance: '',
  tag: '',
  push: 'true',
  skip: 'true',
  attested: 'false',
  builder: 'buildah',
}
