import { createServer } from 'node:http'

// Stands for Prometheus in a process of its own: the same small answer to everything. Prints its address; ends with its
// standard input.
const answer = JSON.stringify({
  status: 'success',
  data: { resultType: 'vector', result: [{ metric: { app: 'coolkit' }, value: [1_700_000_000, '0.997'] }] },
})
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer))
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`)
})
process.stdin.resume().on('end', () => process.exit())
