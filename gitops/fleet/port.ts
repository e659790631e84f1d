/** The source of a pattern for a TCP port, 1 to 65535, such as JSON schemas take too. */
export const port = '([1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])'
