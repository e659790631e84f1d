/** A program that the tests, the end-to-end tests and the demo run besides Node. */
export type Part = {
  program: string
  /** Debian's package. */
  package: string
  /** The service that Debian starts when the package is installed. */
  service?: string
  /** The purposes that need it; all do when left out. */
  for?: readonly Purpose[]
  /** Whether what needs it is left out, and says so, where it is missing and cannot be installed. */
  optional?: true
  home: string
  why: string
}

/** What the programs are wanted for. */
export type Purpose = 'demo' | 'tests' | 'e2e' | 'up'

export declare const parts: readonly Part[]

/** The full path of a program on `path` (this process's PATH by default) or where Debian keeps servers. */
export declare function findProgram(program: string, path?: string): string | undefined

/** The parts that `purpose` needs and that are not on this machine. */
export declare function missingParts(purpose: Purpose, path?: string): Part[]
