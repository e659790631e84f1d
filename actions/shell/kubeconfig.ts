/** What stands at the keys of a kubeconfig, YAML or JSON, that hold credentials; told before the text is parsed. */
export function credentialsIn(kubeconfig: string): string[] {
  const key = /["']?(?<![\w-])(?:[\w-]+-)?(?:token|password|client-key-data|client-secret)["']?\s*:\s*(?:[|>][-+]?\s*)?/
    .source
  const value = /(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"',}]+))/.source
  return [...kubeconfig.matchAll(new RegExp(key + value, 'gi'))].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  )
}
