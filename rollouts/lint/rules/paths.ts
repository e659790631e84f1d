/** Where a metric keeps its query. */
export const queryPath = ['provider', 'prometheus', 'query'] as const
