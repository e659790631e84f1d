import type { ImageTarget } from '../../../gitops/manifests/index.ts'

export const oldDigest = `sha256:${'a'.repeat(64)}`
export const newDigest = `sha256:${'b'.repeat(64)}`
export const image = 'ghcr.io/acme/app'
export const to = { repository: image, tag: 'sha-0123456789ab', digest: newDigest }

export type Fixture = {
  name: string
  target: ImageTarget
  /** The text before; the ranges that may change are written «old|new», so that both texts are in plain sight. */
  text: string
}

const kustomization: ImageTarget = { shape: 'kustomization', image }
const workload: ImageTarget = { shape: 'workload', image }
const values: ImageTarget = { shape: 'values', image }
const digest = `«${oldDigest}|${newDigest}»`
const tag = `«v1|${to.tag}»`
const whole = `«${image}:v1@${oldDigest}|${image}:${to.tag}@${newDigest}»`

/** Shapes that are edited; most of them trip line-based, sorting or dump-and-reload editors. */
export const edited: readonly Fixture[] = [
  {
    name: 'a kustomization with comments everywhere',
    target: kustomization,
    text: `# pins\nimages:\n  # the app\n  - name: ${image} # base writes this\n    # set by the kit\n    newTag: ${tag} # v2 soon\n\n    digest: ${digest}   # exact\n# end\n`,
  },
  {
    name: 'a flow mapping',
    target: kustomization,
    text: `images: [{name: ${image}, newTag: ${tag}, digest: ${digest}}]\n`,
  },
  {
    name: 'a flow mapping over several lines, with a trailing comma and comments between',
    target: kustomization,
    text: `images: [\n  { name: ${image}, # the app\n    newTag: ${tag} , # comment, with: tokens }\n    digest: ${digest},\n  },\n ]\n`,
  },
  {
    name: 'JSON',
    target: kustomization,
    text: `{"images":[{"name":"${image}","newTag":"${tag}","digest":"${digest}"}]}`,
  },
  {
    name: 'single and double quotes, kept',
    target: kustomization,
    text: `images:\n- name: '${image}'\n  newTag: '${tag}'\n  digest: "${digest}"\n`,
  },
  {
    name: 'CRLF, a BOM and no newline at the end',
    target: kustomization,
    text: `\uFEFFimages:\r\n- name: ${image}\r\n  newTag: ${tag}\r\n  digest: ${digest}`,
  },
  {
    name: 'newName kept, the entry found by it',
    target: kustomization,
    text: `images:\n- name: app\n  newName: ${image}\n  newTag: ${tag}\n  digest: ${digest}\n`,
  },
  {
    name: 'a new repository goes to newName',
    target: { shape: 'kustomization', image: 'app' },
    text: `images:\n- digest: ${digest}\n  newName: «ghcr.io/old/app|${image}»\n  name: app\n  newTag: ${tag}\n`,
  },
  {
    name: 'other entries whose names begin or end alike, in no order',
    target: kustomization,
    text: `images:\n- name: ${image}-worker\n  newTag: v1\n- name: z\n  newTag: v1\n- name: ${image}\n  newTag: ${tag}\n  digest: ${digest}\n- name: acme/app\n  newTag: v1\n`,
  },
  {
    name: 'an unused anchor and a harmless tag, kept',
    target: kustomization,
    text: `images:\n- name: ${image}\n  newTag: &tag !!str ${tag}\n  digest: !!str &d ${digest}\n`,
  },
  {
    name: 'a plain number becomes a string',
    target: kustomization,
    text: `images:\n- name: ${image}\n  newTag: «1234567|${to.tag}»\n  digest: ${digest}\n`,
  },
  {
    name: 'empty strings and null, filled',
    target: kustomization,
    text: `images:\n- name: ${image}\n  newTag: «~|${to.tag}»\n  digest: "«|${newDigest}»"\n`,
  },
  {
    name: 'explicit and quoted keys',
    target: kustomization,
    text: `? images\n: - "name": ${image}\n    ? newTag\n    : ${tag}\n    'digest': ${digest}\n`,
  },
  {
    name: 'block scalars of one line',
    target: kustomization,
    text: `images:\n- name: ${image}\n  newTag: >- # folded\n    ${tag}\n  digest: |-\n      ${digest}\n\n\nx: 1\n`,
  },
  {
    name: 'aliases and anchors elsewhere in the document',
    target: kustomization,
    text: `commonLabels: &l { a: b }\nlabels: [*l]\nimages:\n- name: ${image}\n  newTag: ${tag}\n  digest: ${digest}\n`,
  },
  {
    name: 'a name that is an alias, and a shared anchor that stays',
    target: kustomization,
    text: `x: &app ${image}\nimages:\n- name: *app\n  newName: *app\n  newTag: ${tag}\n  digest: ${digest}\n`,
  },
  {
    name: 'an inline merge of this entry alone',
    target: kustomization,
    text: `images:\n- name: ${image}\n  <<: { newTag: ${tag}, digest: ${digest} }\n`,
  },
  {
    name: 'several documents, the image in the second',
    target: workload,
    text: `%YAML 1.2\n---\nkind: Service\nspec: { image: "${image}:v1" }\n...\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - image: ${whole}\n---\n`,
  },
  {
    name: 'a whole reference with a port',
    target: { shape: 'workload', image: 'localhost:5000/app' },
    text: `kind: Pod\nspec: { containers: [ { name: app, image: «localhost:5000/app:v1|${image}:${to.tag}@${newDigest}» } ] }\n`,
  },
  {
    name: 'an init container and a container of the same image; a sidecar stays',
    target: workload,
    text: `kind: Rollout\nspec:\n  template:\n    spec:\n      initContainers:\n      - {name: migrate, image: "${whole}"}\n      containers:\n      - name: proxy\n        image: envoyproxy/envoy:v1.31\n      - image: '«${image}|${image}:${to.tag}@${newDigest}»'\n        name: app\n`,
  },
  {
    name: 'one container by its name',
    target: { shape: 'workload', image, container: 'b' },
    text: `kind: Pod\nspec:\n  containers:\n  - { name: a, image: ${image}:v1 }\n  - { name: b, image: ${whole} }\n`,
  },
  {
    name: 'a CronJob in a List',
    target: workload,
    text: `kind: List\nitems:\n- kind: ConfigMap\n- kind: CronJob\n  spec:\n    jobTemplate:\n      spec:\n        template:\n          spec:\n            containers:\n            - image: ${whole}\n`,
  },
  {
    name: 'Helm values, nested, with other images beside',
    target: values,
    text: `global: { image: { repository: busybox, tag: v1 } }\nsub:\n  web:\n    image:\n      repository: ${image}\n      # the tag\n      tag: "${tag}"\n      digest: ${digest}\n      pullPolicy: IfNotPresent\n`,
  },
  {
    name: 'Helm values with a registry of their own',
    target: values,
    text: `image:\n  registry: ghcr.io\n  repository: acme/app\n  tag: ${tag}\n  digest: ""\n`.replace(
      '""',
      `"«|${newDigest}»"`,
    ),
  },
  {
    name: 'Helm values in one string',
    target: values,
    text: `jobs:\n- image: ${whole}\n- image: other:v1\n`,
  },
  {
    name: 'a digest behind the tag',
    target: values,
    text: `image: { repository: ${image}, tag: «v1@${oldDigest}|${to.tag}@${newDigest}» }\n`,
  },
  {
    name: 'a path to a tag takes the digest beside it along',
    target: { shape: 'path', path: ['a', 1, 'tag'], part: 'tag' },
    text: `a:\n- tag: v1\n- tag: ${tag}\n  digest: ${digest}\n`,
  },
  {
    name: 'a path to a tag with nothing beside it',
    target: { shape: 'path', path: ['version'], part: 'tag' },
    text: `version: ${tag}\nimage: x\n`,
  },
  {
    name: 'a path to a whole reference',
    target: { shape: 'path', path: ['spec', 'image'] },
    text: `spec:\n  image: ${whole}\n`,
  },
  {
    name: 'a path to a mapping',
    target: { shape: 'path', path: ['web', 'image'] },
    text: `web: { image: { repository: «old/app|${image}», tag: ${tag}, digest: ${digest} } }\n`,
  },
]

/** The text before and after, out of one with «old|new» ranges. */
export function beforeAndAfter(text: string): { before: string; after: string } {
  return { before: text.replace(/«(.*?)\|.*?»/g, '$1'), after: text.replace(/«.*?\|(.*?)»/g, '$1') }
}

type Refusal = {
  name: string
  target?: ImageTarget
  text: string
  says: string
  to?: { repository: string; tag?: string; digest?: string }
}

/** Shapes that are refused, with what the error begins with. */
export const refused: readonly Refusal[] = [
  { name: 'no YAML', text: 'images: [\n', says: 'f.yaml:2:1: not valid YAML' },
  { name: 'an unquoted template', text: 'images:\n- name: {{ .x }}\n  a: b\n', says: 'f.yaml:1:1: there is no entry' },
  { name: 'an empty file', text: '', says: `f.yaml: there is no entry for ${image} under images. Add one` },
  { name: 'no such entry', text: 'images: [{name: x}]\n', says: `f.yaml:1:1: there is no entry for ${image}` },
  { name: 'images that are no list', text: `images: { ${image}: v1 }\n`, says: 'f.yaml:1:1: there is no entry' },
  {
    name: 'two entries for one image',
    text: `images:\n- { name: ${image}, newTag: v1, digest: "" }\n- { name: ${image}, newTag: v1, digest: "" }\n`,
    says: 'f.yaml:3:3: there is more than one entry',
  },
  {
    name: 'an entry that renames another into this image',
    text: `images:\n- { name: app, newName: ${image}, newTag: v1 }\n- { name: ${image}, newTag: v1 }\n`,
    says: 'f.yaml:3:3: there is more than one entry',
  },
  {
    name: 'a missing tag',
    text: `images:\n- name: ${image}\n  digest: ${oldDigest}\n`,
    says: 'f.yaml:2:3: there is no key for the tag (found "sha-0123456789ab"). Add one with an empty value: ""',
  },
  {
    name: 'a missing digest',
    text: `images:\n- name: ${image}\n  newTag: v1\n`,
    says: 'f.yaml:2:3: there is no key for the digest',
  },
  {
    name: 'a stale digest',
    to: { repository: image, tag: 'v2' },
    text: `images:\n- name: ${image}\n  newTag: v1\n  digest: ${oldDigest}\n`,
    says: 'f.yaml:4:11: the digest would be stale',
  },
  {
    name: 'a stale tag',
    to: { repository: image, digest: newDigest },
    text: `images:\n- name: ${image}\n  newTag: v1\n  digest: ${oldDigest}\n`,
    says: 'f.yaml:3:11: the tag would be stale',
  },
  {
    name: 'another repository without newName',
    to: { ...to, repository: 'ghcr.io/new/app' },
    text: `images:\n- name: ${image}\n  newTag: v1\n  digest: ${oldDigest}\n`,
    says: 'f.yaml:2:3: there is no newName to set (found "ghcr.io/acme/app"). Add newName: ghcr.io/new/app',
  },
  {
    name: 'nothing written behind the key',
    text: `images:\n- name: ${image}\n  newTag:\n  digest: ${oldDigest}\n`,
    says: 'f.yaml:3:3: there is no value to replace',
  },
  {
    name: 'an alias as the value',
    text: `x: &t v1\nimages:\n- name: ${image}\n  newTag: *t\n  digest: ""\n`,
    says: 'f.yaml:4:11: the image is written through an alias. Write the value here in place of *t',
  },
  {
    name: 'an anchor that an alias shares',
    text: `images:\n- name: ${image}\n  newTag: &t v1\n  digest: ""\nx: *t\n`,
    says: 'f.yaml:3:14: the image is under an anchor that an alias shares. Write the value out where *t stands',
  },
  {
    name: 'an entry that an alias repeats',
    text: `images:\n- &e { name: ${image}, newTag: v1, digest: "" }\nx: [*e]\n`,
    says: 'f.yaml:2:6: the image is under an anchor',
  },
  {
    name: 'a merged tag',
    text: `x: &x { newTag: v1 }\nimages:\n- name: ${image}\n  digest: ""\n  <<: *x\n`,
    says: 'f.yaml:5:7: the image is written through an alias',
  },
  {
    name: 'a digest out of a list of merges',
    text: `x: &x { digest: "" }\nimages:\n- { name: ${image}, newTag: v1, <<: [{ a: b }, *x] }\n`,
    says: `f.yaml:3:${image.length + 40}: the image is written through an alias`,
  },
  { name: 'an alias to nothing', text: 'images: *x\n', says: 'f.yaml:1:9: the alias refers to no anchor' },
  {
    name: 'an alias inside its own anchor',
    text: 'images: &x [*x]\n',
    says: 'f.yaml:1:13: the alias refers to no anchor',
  },
  {
    name: 'a key written twice',
    text: `images:\n- name: ${image}\n  newTag: v1\n  digest: ""\n  newTag: v1\n`,
    says: 'f.yaml:5:3: the key "newTag" is written twice',
  },
  {
    name: 'images written twice',
    text: `images: []\nimages:\n- { name: ${image}, newTag: v1, digest: "" }\n`,
    says: 'f.yaml:2:1: the key "images" is written twice',
  },
  {
    name: 'a folded scalar of two lines',
    text: `images:\n- name: ${image}\n  newTag: >-\n    v1\n    v2\n  digest: ""\n`,
    says: 'f.yaml:4:1: the value holds a line break',
  },
  {
    name: 'a block scalar that ends in a newline',
    text: `images:\n- name: ${image}\n  newTag: |\n    v1\n  digest: ""\n`,
    says: 'f.yaml:4:1: the value holds a line break',
  },
  {
    name: 'a plain scalar of two lines',
    text: `images:\n- name: ${image}\n  newTag: v1\n    v2\n  digest: ""\n`,
    says: 'f.yaml:3:11: the value holds a line break',
  },
  {
    name: 'a tag of its own',
    text: `images:\n- name: ${image}\n  newTag: !secret v1\n  digest: ""\n`,
    says: 'f.yaml:3:19: the image is under a YAML tag that may change its meaning (found "!secret")',
  },
  {
    name: 'a tag that is a list',
    text: `images:\n- name: ${image}\n  newTag: [v1]\n  digest: ""\n`,
    says: 'f.yaml:3:11: newTag must be a string, found a sequence',
  },
  {
    name: 'a digest of another form',
    text: `images:\n- name: ${image}\n  newTag: v1\n  digest: ${'a'.repeat(64)}\n`,
    says: 'f.yaml:4:11: the digest has a form that is not understood',
  },
  {
    name: 'values with the image in two places',
    target: values,
    text: `a: { image: { repository: ${image}, tag: v1, digest: "" } }\nb: { image: { repository: ${image}, tag: v1, digest: "" } }\n`,
    says: 'f.yaml:2:13: there is more than one image ghcr.io/acme/app in these values',
  },
  {
    name: 'values with a digest under a key of the chart',
    target: values,
    text: `image: { repository: ${image}, tag: v1, sha: ${'a'.repeat(64)} }\n`,
    says: `f.yaml:1:${image.length + 38}: the digest under sha is not understood`,
  },
  {
    name: 'values with the tag beside a bare repository',
    target: values,
    text: `image: ${image}\nimageTag: v1\n`,
    says: 'f.yaml:1:8: the tag may stand under imageTag beside this',
  },
  {
    name: 'values of a chart that brings the repository itself',
    target: { shape: 'path', path: ['image'] },
    text: 'image: { tag: v1, digest: "" }\n',
    says: 'f.yaml:1:8: there is no repository to set',
  },
  {
    name: 'a path that ends in a list',
    target: { shape: 'path', path: ['a'] },
    text: 'a: [b]\n',
    says: 'f.yaml:1:4: expected a string, found a sequence',
  },
  {
    name: 'a path that leads nowhere',
    target: { shape: 'path', path: ['a', 'constructor', 0] },
    text: 'a: b\n',
    says: 'f.yaml:1:1: there is no value at a.constructor.0',
  },
  {
    name: 'a container that does not exist',
    target: { shape: 'workload', image, container: 'b' },
    text: `kind: Pod\nspec: { containers: [{ name: a, image: ${image} }] }\n`,
    says: `f.yaml:1:1: there is no container "b" with the image ${image}`,
  },
  {
    name: 'two workloads that share a pod template',
    target: workload,
    text: `kind: Deployment\nx: &t { spec: { containers: [{ image: ${image} }] } }\nspec: { template: *t }\n`,
    says: 'f.yaml:3:19: the image is written through an alias',
  },
  {
    name: 'a reference that is none',
    to: { repository: image, tag: 'v1\n  evil: true' },
    text: `images: [{ name: ${image}, newTag: v1 }]\n`,
    says: 'not a valid tag in the image reference',
  },
  {
    name: 'a repository with a tag inside',
    to: { repository: `${image}:v1` },
    text: `images: [{ name: ${image}, newTag: v1 }]\n`,
    says: 'not a valid image reference',
  },
]
