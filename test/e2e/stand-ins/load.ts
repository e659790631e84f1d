import { Agent, get } from 'node:http'

/** Sends `rate` requests a second for an app, whatever becomes of them. */
export function startLoad({ url, rate, app }: { url: string; rate: number; app: string }): void {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  setInterval(() => {
    get(`${url}/${app}/`, { agent }, response => response.resume()).on('error', () => {})
  }, 1000 / rate)
}
