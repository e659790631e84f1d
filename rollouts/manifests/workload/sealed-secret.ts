import type { ISealedSecret } from '@kubernetes-models/sealed-secrets/bitnami.com/v1alpha1/SealedSecret'
import type { Manifest } from '../manifest.ts'
import { type App, metadataOf } from './app.ts'

/** Where the template's platform has the controller; by itself, kubeseal looks for it in kube-system. */
const controllerNamespace = 'sealed-secrets'

/**
 * A place for a Secret that only its cluster can open: what stands there is to be replaced by what kubeseal prints for
 * each key. Each cluster has a key of its own, so each folder has its own file.
 */
export function sealedSecretPlaceholder(app: App, name: string, keys: readonly string[]): Manifest<ISealedSecret> {
  return {
    resource: {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: metadataOf(app, name),
      spec: {
        encryptedData: Object.fromEntries(keys.map(key => [key, 'REPLACE-BY-WHAT-KUBESEAL-PRINTS'])),
        template: { metadata: metadataOf(app, name) },
      },
    },
    comments: keys.map(key => ({
      path: ['spec', 'encryptedData', key],
      text: [
        `kubeseal --controller-namespace ${controllerNamespace} --raw \\`,
        `  --namespace ${app.name} --name ${name} --from-file=FILE-WITH-THE-VALUE`,
      ].join('\n'),
    })),
  }
}
