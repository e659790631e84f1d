import { expect, test } from '@jest/globals'
import { command } from '../../cli/command.ts'
import { exitCodes } from '../../cli/exit.ts'
import { run } from '../../cli/run.ts'
import { ConfigurationError } from '../../configuration/index.ts'
import { terminal } from './terminal.ts'

const greet = command({
  name: 'greet',
  summary: 'Greets people',
  usage: 'NAME... [options]',
  options: {
    greeting: { type: 'string', description: 'What to say', value: 'TEXT', default: 'Hello' },
    title: { type: 'string', description: 'Put before each name', multiple: true },
    loud: { type: 'boolean', description: 'Louder' },
  },
  positionals: { min: 1, max: 2 },
  async run(values, names, { stdout, log }) {
    log.debug('greeting')
    const text = [values.greeting, ...(values.title ?? []), ...names].join(' ')
    stdout.write(values.json ? `${JSON.stringify({ text, loud: values.loud === true })}\n` : `${text}\n`)
    return exitCodes.done
  },
})

function failing(error: unknown) {
  return command({
    name: 'fail',
    summary: 'Fails',
    usage: '',
    options: {},
    run: async () => {
      throw error
    },
  })
}

const mounted = { greet: async () => greet, 'greet all': async () => ({ ...greet, name: 'greet all' }) }

test.each([
  { args: ['greet', 'Ada'], code: 0, stdout: 'Hello Ada\n', stderr: '' },
  {
    args: ['greet', '--greeting', 'Hi', '--title', 'Dr', '--title=Prof', 'Ada'],
    code: 0,
    stdout: 'Hi Dr Prof Ada\n',
    stderr: '',
  },
  { args: ['greet', 'Ada', '--json', '--loud'], code: 0, stdout: '{"text":"Hello Ada","loud":true}\n', stderr: '' },
  { args: ['greet', 'Ada', '--verbose'], code: 0, stdout: 'Hello Ada\n', stderr: 'greeting\n' },
  { args: ['greet', '--', '--help'], code: 0, stdout: 'Hello --help\n', stderr: '' },
])('parses and runs: $args', async ({ args, ...expected }) => {
  const io = terminal()
  const code = await run(args, mounted, io)
  expect({ code, stdout: io.printed(), stderr: io.logged() }).toEqual(expected)
})

test.each([
  [[], 'Usage: stovepipe COMMAND'],
  [['gret'], 'unknown command (found "gret"). Did you mean `stovepipe greet`?'],
  [['constructor'], 'unknown command (found "constructor")'],
  [
    ['greet', '--greting=x', 'Ada'],
    'input "--greting": unknown flag. Did you mean --greeting? See `stovepipe greet --help`',
  ],
  [['greet', '--nothing-like-it', 'Ada'], 'input "--nothing-like-it": unknown flag. See `stovepipe greet --help`'],
  [['greet', '--__proto__', 'Ada'], 'unknown flag'],
  [['greet', '-x', 'Ada'], 'input "-x": unknown flag'],
  [['greet', '--loud', '--loud', 'Ada'], 'input "--loud": given more than once'],
  [['greet', '--loud=yes', 'Ada'], "'--loud' does not take an argument"],
  [['greet', 'Ada', '--greeting'], "'--greeting <value>' argument missing"],
  [['greet', '--greeting', '--loud', 'Ada'], "'--greeting' argument is ambiguous"],
  [['greet'], 'missing argument: NAME... [options]'],
  [['greet', 'a', 'b', 'c\nd'], 'unexpected argument (found "c\\nd")'],
])('refuses with exit 2 and no stack trace: %j', async (args, message) => {
  const io = terminal()
  expect(await run(args, mounted, io)).toBe(2)
  expect(io.logged()).toContain(message)
  expect(io.logged()).not.toMatch(/^\s+at /m)
  expect(io.printed()).toBe('')
})

test.each([
  [['--help'], 'Commands:\n  greet      Greets people\n  greet all  Greets people'],
  [['help'], 'Exit codes:'],
  [['greet', '--help'], '--greeting TEXT  What to say (default Hello)'],
  [['greet', 'all', '-h'], 'Usage: stovepipe greet all NAME... [options]'],
])('helps on standard output: %j', async (args, text) => {
  const io = terminal()
  expect(await run(args, mounted, io)).toBe(0)
  expect(io.printed()).toContain(text)
  expect(io.logged()).toBe('')
})

test.each([
  {
    fault: "a user's mistake",
    error: new ConfigurationError({ problem: 'no such app', place: { input: '--app' }, value: 'x\u001b[2J' }),
    code: 2,
    said: 'error: input "--app": no such app (found "x\\u001b[2J")\n',
  },
  {
    fault: 'a chain of causes',
    error: new Error('push failed', { cause: new Error('refused') }),
    code: 1,
    said: 'error: push failed\n  because: refused\n',
  },
  {
    fault: 'hostile text',
    error: new Error('reply was \u001b[2J\r\n::error::x'),
    code: 1,
    said: 'error: reply was \\u001b[2J\\u000d\n  ::error::x\n',
  },
  { fault: 'what is no Error', error: 'a string', code: 1, said: 'error: a string\n' },
])('explains $fault', async ({ error, code, said }) => {
  const io = terminal()
  expect(await run(['fail'], { fail: async () => failing(error) }, io)).toBe(code)
  expect(io.logged()).toBe(said)
})

test('shows the stack of a fault only with --verbose', async () => {
  const io = terminal()
  expect(await run(['fail', '--verbose'], { fail: async () => failing(new Error('broken')) }, io)).toBe(1)
  expect(io.logged()).toContain('frame.test.ts')
})

test('a fault after cancellation is a cancellation', async () => {
  const cancellation = new AbortController()
  const io = terminal({ signal: cancellation.signal })
  const waiting = command({
    name: 'wait',
    summary: 'Waits',
    usage: '',
    options: {},
    async run(_values, _positionals, { clock, signal }) {
      await clock.sleep(60_000, signal)
      return exitCodes.done
    },
  })
  const ended = run(['wait'], { wait: async () => waiting }, io)
  cancellation.abort(new Error('cancelled by SIGINT'))
  expect(await ended).toBe(130)
  expect(io.logged()).toBe('error: cancelled\n')
})

test.each([
  [{ isTTY: true, env: {} }, '\u001b[31merror:'],
  [{ isTTY: true, env: { NO_COLOR: '1' } }, 'error: '],
  [{ isTTY: true, env: { TERM: 'dumb' } }, 'error: '],
  [{ isTTY: false, env: {} }, 'error: '],
])('colours only on a terminal: %j', async (settings, start) => {
  const io = terminal(settings)
  await run(['nothing'], {}, io)
  expect(io.logged().startsWith(start)).toBe(true)
})
