import { expect, test } from '@jest/globals'
import { LoadBalancerError } from '../../../gitops/traffic/index.ts'
import { readServers } from '../../../gitops/traffic/servers.ts'

// What no HAProxy is brought to say here: other versions, name resolution, an answer that is cut off.

const states = (...lines: readonly string[]) => `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_agent_state
${lines.map(line => `${line}\n`).join('')}\n`
const stats = (...lines: readonly string[]) => `# pxname,svname,scur,status,bck,last_chk,uweight,
${lines.map(line => `${line}\n`).join('')}\n`
const a = { state: '2 fleet 1 a 10.0.0.1 2 0 10 10 0', stat: 'fleet,a,3,UP,0,,10,' }
const ready = { weight: 10, sessions: 3, admin: 'ready', drained: false, down: false, backup: false }

test.each([
  { flags: 0x20, what: 'the address is not known', is: { admin: 'maintenance', drained: true } },
  { flags: 0x28, what: 'the same, drained', is: { admin: 'maintenance', drained: true } },
  { flags: 0x40, what: 'the host name was changed', is: ready },
  { flags: 0x44, what: 'the same, once disabled in the configuration', is: ready },
  { flags: 0x4c, what: 'the same, drained', is: { admin: 'drain', drained: true } },
  { flags: 0x45, what: 'the same, disabled', is: { admin: 'maintenance', drained: true } },
])('srv_admin_state $flags: $what', ({ flags, is }) => {
  const answer = states(`2 fleet 1 a 10.0.0.1 2 ${flags} 10 10 0`) + stats(a.stat)
  expect(readServers(answer, 'fleet').get('a')).toMatchObject(is)
})

test('columns are found by their names, in whatever order and however many', () => {
  const answer = `2
# srv_name srv_new srv_uweight srv_agent_state srv_admin_state srv_op_state
a x 10 0 0 2

# new,uweight,scur,svname,pxname,bck,
,10,3,a,fleet,0,

`
  expect(readServers(answer, 'fleet')).toEqual(new Map([['a', ready]]))
})

test('the reason of a check may have lines, and an empty one (before 3.0)', () => {
  const b = { state: '2 fleet 2 b 10.0.0.2 2 0 20 10 0', stat: 'fleet,b,0,UP,1,,20,' }
  const answer = states(a.state, b.state) + stats('fleet,a,3,UP,0,"no, \n\nnot ""yet""\n",0,', b.stat)
  expect(readServers(answer, 'fleet')).toEqual(
    new Map([
      ['a', ready],
      ['b', { ...ready, weight: 20, sessions: 0, backup: true }],
    ]),
  )
})

const whole = states(a.state) + stats(a.stat)

test('an answer that is cut off anywhere is an error, not a backend with fewer servers', () => {
  for (let end = 0; end < whole.length; end++) {
    expect(() => readServers(whole.slice(0, end), 'fleet')).toThrow(/answer is not whole/)
  }
})

test.each([
  { answer: states() + stats(a.stat), message: /lacks the state of the server a/ },
  { answer: states(a.state) + stats(), message: /no backend named fleet with servers/ },
  { answer: states(a.state.replace(' 2 0 ', ' 2 x ')) + stats(a.stat), message: /expected a number .*: "x"/ },
  {
    answer: "Can't find backend.\n\nNo such proxy.\n\n",
    message: /named fleet with servers: Can't find backend\. No such/,
  },
])('an answer that is not what was asked for is an error ($#)', ({ answer, message }) => {
  expect(() => readServers(answer, 'fleet')).toThrow(LoadBalancerError)
  expect(() => readServers(answer, 'fleet')).toThrow(message)
})
