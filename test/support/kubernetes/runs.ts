import type { ServerResponse } from 'node:http'
import { type Asked, refuse, type ScriptedApi, startScriptedApi, startWatch } from './scripted.ts'

type Run = {
  metadata: Record<string, unknown>
  spec: Record<string, unknown>
  status?: unknown
  [key: string]: unknown
}

export type Runs = ScriptedApi & {
  /** The one run there is. */
  run(): Run | undefined
  /** Writes its status, as a controller does. */
  write(status: unknown): void
  /** Sends an event to everyone who watches. */
  tell(type: string, object: unknown): void
  /** Breaks every watch off. */
  drop(): void
  remove(): void
}

/** Answers instead of the API; undefined leaves the request to it, `true` says that it was answered. */
export type Fault = (asked: Asked, response: ServerResponse, runs: Runs) => true | undefined

/**
 * A Kubernetes API on loopback for one AnalysisRun, its controller played by the test: `onCreate` after a run was made,
 * `onTerminate` after `spec.terminate` was set.
 */
export async function startRuns({
  onCreate = () => {},
  onTerminate = () => {},
  fault = () => undefined,
}: {
  onCreate?: (runs: Runs) => void
  onTerminate?: (runs: Runs) => void
  fault?: Fault
}): Promise<Runs> {
  const watchers = new Set<{ response: ServerResponse; send: (type: string, object: unknown) => void }>()
  let current: Run | undefined
  let version = 1

  const api = await startScriptedApi((asked, response) => {
    if (fault(asked, response, runs)) return undefined
    if (asked.method === 'POST') {
      if (current) return refuse(response, 409, 'AlreadyExists', 'there is one', { kind: 'analysisruns' })
      current = asked.body as Run
      changed()
      setImmediate(() => onCreate(runs))
      return current
    }
    if (asked.query.get('watch') === '1') {
      const watcher = { response, send: startWatch(response) }
      watchers.add(watcher)
      response.once('close', () => watchers.delete(watcher))
      if (current && asked.query.get('resourceVersion') !== String(version)) watcher.send('MODIFIED', current)
      return undefined
    }
    if (!current)
      return refuse(response, 404, 'NotFound', 'analysisruns.argoproj.io not found', { kind: 'analysisruns' })
    if (asked.method === 'DELETE') {
      runs.remove()
      return { kind: 'Status', status: 'Success', metadata: {} }
    }
    if (asked.method === 'PATCH') {
      const { spec } = asked.body as Run
      current = { ...current, spec: { ...current.spec, ...spec } }
      changed()
      if (spec.terminate === true) setImmediate(() => onTerminate(runs))
    }
    return current
  })

  function changed(): void {
    if (!current) return
    version++
    current = { ...current, metadata: { ...current.metadata, uid: 'uid-1', resourceVersion: String(version) } }
    runs.tell('MODIFIED', current)
  }

  const runs: Runs = {
    ...api,
    run: () => current,
    write(status) {
      if (!current) return
      current = { ...current, status }
      changed()
    },
    tell(type, object) {
      for (const { send } of watchers) send(type, object)
    },
    drop() {
      for (const { response } of watchers) response.destroy()
    },
    remove() {
      const last = current
      current = undefined
      if (last) runs.tell('DELETED', last)
    },
  }
  return runs
}
