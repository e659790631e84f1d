/** A kind as the API's paths name it: `argoproj.io`, `v1alpha1`, `analysisruns`. The core group is an empty text. */
export type Resource = { group: string; version: string; plural: string }

/** Which objects of a kind: those of a namespace, or all there are; one of them, where it is named. */
export type Which = { namespace?: string; name?: string }

/** The path of a kind, or of one object, on an API server. */
export function pathOf({ group, version, plural }: Resource, { namespace, name }: Which): string {
  return [
    group === '' ? '/api' : `/apis/${encodeURIComponent(group)}`,
    encodeURIComponent(version),
    ...(namespace === undefined ? [] : ['namespaces', encodeURIComponent(namespace)]),
    encodeURIComponent(plural),
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
  ].join('/')
}

/** Whether a text can name a namespace (RFC 1123 label, `k8s.io/apimachinery` IsDNS1123Label). */
export function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)
}
