import { expect, test } from '@jest/globals'
import { secretsIn } from '../../../actions/canary-analysis/inputs.ts'

const none = { check: '', token: '', templates: [], args: [], secrets: [], timeout: '', report: '', 'dry-run': 'false' }

test.each<[string, string, string[]]>([
  ['a token', 'users:\n- name: a\n  user:\n    token: abc.def-ghi\n', ['abc.def-ghi']],
  ['a quoted one', 'user: { token: "a b, c", password: \'p w\' }', ['a b, c', 'p w']],
  ['a key', 'client-certificate-data: PUBLIC\nclient-key-data: S0VZ==\n', ['S0VZ==']],
  ['JSON', '{"users":[{"name":"a","user":{"token":"t-1","client-key-data":"a2V5"}}]}', ['t-1', 'a2V5']],
  ['blocks', 'token: |-\n  line-one\nid-token: >\n  line-two\n', ['line-one', 'line-two']],
  ['what a provider keeps', 'config:\n  refresh-token: r-1\n  client-secret: s-1\n', ['r-1', 's-1']],
  ['a path', '/home/runner/.kube/config', []],
  ['files', 'tokenFile: /var/run/token\nclient-key: key.pem\n', []],
])('%s in a kubeconfig: what proves who asks is masked before anything is read', (_, kubeconfig, secrets) => {
  expect(secretsIn({ ...none, 'prometheus-url': '', 'prometheus-headers': [], kubeconfig })).toEqual(secrets)
})
