import type { IService } from 'kubernetes-models/v1/Service'
import type { Manifest } from '../manifest.ts'
import { type App, metadataOf, ports, selectorOf } from './app.ts'

/** The app's Service, on port 80. The observability port is not in it: nobody but Prometheus and the kubelet asks there. */
export function service(app: App, name = app.name): Manifest<IService> {
  return {
    resource: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadataOf(app, name),
      spec: { selector: selectorOf(app), ports: [{ name: ports.service, port: 80, targetPort: ports.service }] },
    },
  }
}
