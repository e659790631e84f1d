/** Throws an Error that says which Go to install where there is none on `path`, or one too old. */
export declare function requireGo(path?: string): void
