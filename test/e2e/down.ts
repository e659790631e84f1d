// `npm run down`: ends what `npm run up` left running and removes its files.
import { existsSync } from 'node:fs'
import { home, takeDown } from './simulator/kept.ts'

if (existsSync(home)) console.log(`${await takeDown()} processes ended; nothing is left`)
else console.log('nothing is up')
