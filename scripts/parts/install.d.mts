import type { Part, Purpose } from './parts.mjs'

/** Installs the parts that `purpose` lacks, as root on Debian; throws an Error that says what to install elsewhere. */
export declare function installParts(purpose: Purpose): void

/** What to tell somebody whose machine lacks `missing`; `platform` is as in `process.platform`. */
export declare function advice(missing: readonly Part[], platform: string, debian: boolean): string
