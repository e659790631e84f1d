import { expect, test } from '@jest/globals'
import { cureFor } from '../../../steps/build/cures.ts'

/** What docker, buildx and buildah print, as their sources and their users' reports have it. */
test.each([
  ['ERROR: failed to build: Multi-platform build is not supported for the docker driver.', /setup-buildx-action/],
  ['ERROR: failed to build: Cache export is not supported for the docker driver.', /containerd image store/],
  ['ERROR: Attestation is not supported for the docker driver.', /setup-buildx-action/],
  ['exec /bin/sh: exec format error', /setup-qemu-action/],
  [
    "ERROR: tag invalid: The image tag 'x' already exists in the 'y' repository and cannot be overwritten because the tag is immutable.",
    /may not be moved: give this one another `tag`/,
  ],
  ['toomanyrequests: You have reached your pull rate limit', /limits requests/],
  ['received unexpected HTTP status: 429 Too Many Requests', /limits requests/],
  ['unauthorized: authentication required', /Log in to the registry/],
  ['unexpected status from POST request to https://x/v2/y/blobs/uploads/: 401 Unauthorized', /Log in to the registry/],
  ['denied: permission_denied: write_package', /may not push there/],
  ['push access denied, repository does not exist or may require authorization', /may not push there/],
  ['unexpected status from HEAD request to https://x/v2/y/manifests/z: 403 Forbidden', /may not push there/],
  ['received unexpected HTTP status: 503 Service Unavailable', /registry is failing/],
  ['unexpected status from PUT request to http://x/v2/y: 502 Bad Gateway', /registry is failing/],
  ['unexpected commit digest sha256:a, expected sha256:b: failed precondition', /not what was sent/],
  ['ERROR: failed to build: digest invalid', /not what was sent/],
  ['Digest did not match, expected sha256:a, got sha256:b', /not what was sent/],
  ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock.', /Start Docker/],
  ['dial tcp 127.0.0.1:1: connect: connection refused', /cannot be reached/],
  ['x509: certificate signed by unknown authority', /install its authority/],
  ['write /x: no space left on device', /Free some disk space/],
])('%j', (printed, cure) => {
  expect(cureFor(printed)).toMatch(cure)
})

test('a Dockerfile that fails needs no other cure than its own words', () => {
  expect(cureFor('process "/bin/sh -c make" did not complete successfully: exit code: 2')).toBeUndefined()
})
