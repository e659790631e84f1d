// `npm run down`: ends what `npm run up` left running and removes its files. `--home` is the folder that `up` was given.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { takeDown, usualHome } from './simulator/kept.ts'

const { home } = parseArgs({ options: { home: { type: 'string', default: usualHome } } }).values

if (existsSync(home)) console.log(`${await takeDown(home)} processes ended; nothing is left`)
else console.log('nothing is up')
