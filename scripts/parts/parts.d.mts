/** A program that the tests and the demo run besides Node. */
export type Part = {
  program: string
  /** Debian's package. */
  package: string
  /** The service that Debian starts when the package is installed. */
  service?: string
  home: string
  why: string
}

export declare const parts: readonly Part[]

/** The full path of a program on `path` (this process's PATH by default) or where Debian keeps servers. */
export declare function findProgram(program: string, path?: string): string | undefined

/** The parts that are not on this machine. */
export declare function missingParts(path?: string): Part[]
