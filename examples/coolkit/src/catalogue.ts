/** What the service serves: which tools belong into which kit. */
export type Kit = { name: string; tools: readonly string[] }

export const catalogue: readonly Kit[] = [
  { name: 'bicycle', tools: ['tyre levers', 'hex keys', 'chain breaker', 'pump'] },
  { name: 'solder', tools: ['iron', 'wick', 'flux', 'tweezers'] },
  { name: 'stove', tools: ['flue brush', 'ash shovel', 'sealing rope', 'thermometer'] },
  { name: 'tent', tools: ['mallet', 'spare pegs', 'guy lines', 'patches'] },
]
