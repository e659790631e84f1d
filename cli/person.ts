import type { Context } from './command.ts'

/** Who gives a command: the name they commit under, or log in by. */
export async function personName({ run, cwd, env }: Pick<Context, 'run' | 'cwd' | 'env'>): Promise<string> {
  const { stdout } = await run('git', ['config', '--get', 'user.name'], { cwd, env })
  return stdout.trim() || env.USER || 'somebody'
}
