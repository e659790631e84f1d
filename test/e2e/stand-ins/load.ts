import { Agent, get } from 'node:http'

/** Sends `rate` requests a second for an app, at random times as people would, whatever becomes of them. */
export function startLoad({ url, rate, app }: { url: string; rate: number; app: string }): void {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const send = () => {
    get(`${url}/${app}/`, { agent }, response => response.resume()).on('error', () => {})
    setTimeout(send, (-Math.log(1 - Math.random()) * 1000) / rate)
  }
  send()
}
