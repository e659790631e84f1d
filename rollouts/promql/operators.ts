/** The binary operators that work on whole series, and those that keep or drop samples. */
export const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless'])
export const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
